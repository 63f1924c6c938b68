{#
    Grain: date due x criteria version x graded customer: what is to be expected of it in the next twelve months. Of a buyer its lifetime
    value; of a prospect its open deals and quotes by their chance, and the chance that it becomes a buyer times what such buyers are worth.
    A quote of an open deal does not count beside it.
#}
with pipeline as (
    select
        customers.as_of_date,
        customers.criteria_version,
        customers.customer_key,
        cast(sum(
            {{ times('documents.amount', 'coalesce(documents.probability_share, criteria.pipeline_default_share)') }}
        ) as decimal(18, 4)) as pipeline_amount
    from {{ ref('int_customers_by_date') }} as customers
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on customers.as_of_date = criteria.as_of_date
        and customers.criteria_version = criteria.criteria_version
        and customers.customer_kind = criteria.customer_kind
    inner join {{ ref('int_pipeline_by_date') }} as documents
        on customers.as_of_date = documents.as_of_date and customers.customer_key = documents.customer_key
    left join {{ ref('int_pipeline_by_date') }} as deals
        on documents.as_of_date = deals.as_of_date and documents.opportunity_key = deals.document_key
    where customers.is_graded and documents.outcome = 'open' and documents.amount > 0 and deals.document_key is null
        and (not documents.is_quote
            or coalesce(documents.expected_date, {{ days_after('documents.opened_date', 'criteria.open_quote_days') }}) >= customers.as_of_date)
    group by customers.as_of_date, customers.criteria_version, customers.customer_key
)

select
    measures.as_of_date,
    measures.criteria_version,
    measures.customer_kind,
    measures.customer_key,
    pipeline.pipeline_amount,
    cast(chances.conversion_share as decimal(9, 6)) as conversion_share,
    cast(chances.similar_amount as decimal(18, 4)) as similar_amount,
    case
        when measures.is_buyer then lifetime.clv_amount
        when pipeline.pipeline_amount is not null or chances.similar_amount is not null then cast(
            cast(coalesce(pipeline.pipeline_amount, 0) as double) * coalesce(cast(bases.margin_rate as double), 1)
            + coalesce(chances.conversion_share * chances.similar_amount, 0) as decimal(18, 4)
        )
    end as expected_amount
from {{ ref('int_purchases_measured') }} as measures
left join {{ ref('int_clv_scored') }} as lifetime
    on measures.as_of_date = lifetime.as_of_date
    and measures.criteria_version = lifetime.criteria_version
    and measures.customer_key = lifetime.customer_key
left join {{ ref('int_value_bases') }} as bases
    on measures.as_of_date = bases.as_of_date
    and measures.criteria_version = bases.criteria_version
    and measures.customer_kind = bases.customer_kind
left join pipeline
    on measures.as_of_date = pipeline.as_of_date
    and measures.criteria_version = pipeline.criteria_version
    and measures.customer_key = pipeline.customer_key
left join {{ ref('int_prospect_chances') }} as chances
    on measures.as_of_date = chances.as_of_date
    and measures.criteria_version = chances.criteria_version
    and measures.customer_key = chances.customer_key
