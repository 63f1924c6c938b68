{#
    Grain: date due x criteria version x graded customer: what the triggers of risk look at, NULL where it is not known. Of persons their
    own payments, refunds and disputes only; credit ratings, limits and countries are not looked at.
#}
with totals as (
    select as_of_date, criteria_version, sum(open_amount) as open_amount, count(case when open_amount > 0 then 1 end) as debtor_count
    from {{ ref('int_payments_measured') }}
    group by as_of_date, criteria_version
)

select
    measures.as_of_date,
    measures.criteria_version,
    measures.customer_key,
    measures.customer_kind,
    exposures.exposure_amount,
    exposures.limit_amount,
    payments.days_past_due,
    cast(payments.open_amount - payments.not_due_amount as decimal(18, 4)) as overdue_amount,
    payments.due_count,
    payments.late_count,
    payments.mean_late_days,
    case when exposures.limit_amount > 0 then {{ ratio_of('exposures.exposure_amount', 'exposures.limit_amount') }} end as limit_use,
    cast(exposures.exposure_amount - exposures.insured_amount as decimal(18, 4)) as uninsured_amount,
    instr('ABCD', exposures.credit_rating) as credit_rating_rank,
    {{ days_between('exposures.credit_reviewed_date', 'measures.as_of_date') }} as credit_review_age_days,
    case
        when measures.gross_amount_365d > 0
            then {{ ratio_of('least(measures.refunded_amount_365d, measures.gross_amount_365d)', 'measures.gross_amount_365d') }}
    end as refund_share,
    measures.order_count_365d,
    coalesce(findings.dispute_count, 0) + case when payments.disputed_amount > 0 then 1 else 0 end as open_dispute_count,
    case
        when measures.net_amount_365d > 0
            then {{ ratio_of(
                'least(coalesce(findings.claimed_amount, 0) + coalesce(payments.disputed_amount, 0), measures.net_amount_365d)',
                'measures.net_amount_365d',
            ) }}
        when coalesce(findings.claimed_amount, 0) + coalesce(payments.disputed_amount, 0) > 0 then cast(1 as decimal(18, 6))
    end as disputed_share,
    case
        when measures.net_amount_prior_180d > 0 and measures.net_amount_180d < measures.net_amount_prior_180d
            then {{ ratio_of('measures.net_amount_prior_180d - greatest(measures.net_amount_180d, 0)', 'measures.net_amount_prior_180d') }}
    end as fall_share,
    measures.net_amount_prior_180d,
    case when totals.open_amount > 0 then {{ ratio_of('payments.open_amount', 'totals.open_amount') }} end as receivables_share,
    totals.debtor_count,
    case
        when findings.deciders_left_date <= measures.as_of_date
            and {{ days_after('findings.deciders_left_date', 'criteria.contact_lost_days') }} > measures.as_of_date then 1
    end as lost_decider_count,
    case
        when tiers.value_tier = 'high' and lifecycle.limit_basis <> 'seasonal' and lifecycle.open_business is null
            then lifecycle.lateness_ratio
    end as high_value_lateness,
    measures.purchase_days,
    findings.sanctions_count,
    findings.fraud_count,
    findings.legal_count
from {{ ref('int_purchases_measured') }} as measures
inner join {{ ref('int_criteria_by_date') }} as criteria
    on measures.as_of_date = criteria.as_of_date
    and measures.criteria_version = criteria.criteria_version
    and measures.customer_kind = criteria.customer_kind
left join {{ ref('int_payments_measured') }} as payments
    on measures.as_of_date = payments.as_of_date
    and measures.criteria_version = payments.criteria_version
    and measures.customer_key = payments.customer_key
left join {{ ref('int_exposures_measured') }} as exposures
    on measures.as_of_date = exposures.as_of_date
    and measures.criteria_version = exposures.criteria_version
    and measures.customer_key = exposures.customer_key
left join {{ ref('int_risk_findings') }} as findings
    on measures.as_of_date = findings.as_of_date
    and measures.criteria_version = findings.criteria_version
    and measures.customer_key = findings.customer_key
left join totals on measures.as_of_date = totals.as_of_date and measures.criteria_version = totals.criteria_version
inner join {{ ref('int_lifecycle_classified') }} as lifecycle
    on measures.as_of_date = lifecycle.as_of_date
    and measures.criteria_version = lifecycle.criteria_version
    and measures.customer_key = lifecycle.customer_key
inner join {{ ref('int_value_tiers_classified') }} as tiers
    on measures.as_of_date = tiers.as_of_date
    and measures.criteria_version = tiers.criteria_version
    and measures.customer_key = tiers.customer_key
