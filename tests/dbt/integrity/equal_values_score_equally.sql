{# Within date and kind, equal net amounts of the RFM window have one M score, and a larger one never a smaller score. #}
with by_amount as (
    select
        grades.as_of_date,
        grades.customer_kind,
        measures.rfm_net_amount,
        min(grades.m_score) as lowest,
        max(grades.m_score) as highest
    from {{ ref('int_grades') }} as grades
    inner join {{ ref('int_purchases_measured') }} as measures
        on grades.as_of_date = measures.as_of_date and grades.customer_key = measures.customer_key
    where grades.m_score is not null and grades.is_current
    group by grades.as_of_date, grades.customer_kind, measures.rfm_net_amount
),

compared as (
    select
        by_amount.*,
        lag(highest) over (partition by as_of_date, customer_kind order by rfm_net_amount) as highest_below
    from by_amount
)

select * from compared where lowest <> highest or lowest < highest_below
