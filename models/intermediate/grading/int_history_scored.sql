{#
    Grain: date due x criteria version x graded customer who bought. The component "history": percentiles of the net amount of a year, purchase days
    and tenure, and of what is known of payment on time and attitude, weighted by the criteria; what is not known is left out.
#}
with bought as (
    select
        measures.as_of_date,
        measures.criteria_version,
        measures.customer_kind,
        measures.customer_key,
        measures.net_amount_365d as net_amount,
        measures.purchase_days,
        measures.tenure_days,
        payments.on_time_share as payment_on_time,
        attitudes.attitude
    from {{ ref('int_purchases_measured') }} as measures
    left join {{ ref('int_risk_habits') }} as payments
        on measures.as_of_date = payments.as_of_date
        and measures.criteria_version = payments.criteria_version
        and measures.customer_key = payments.customer_key
    left join {{ ref('int_attitude_measured') }} as attitudes
        on measures.as_of_date = attitudes.as_of_date
        and measures.criteria_version = attitudes.criteria_version
        and measures.customer_key = attitudes.customer_key
    where measures.is_buyer
),

{{ component_scored('history', 'bought') }}
