{# Within kind, equal net amounts of the RFM window have one M score, and a larger one never a smaller score. #}
with by_amount as (
    select
        customer_kind,
        rfm_net_amount,
        min(m_score) as lowest,
        max(m_score) as highest
    from {{ ref('int_grades_now') }}
    where m_score is not null
    group by customer_kind, rfm_net_amount
),

compared as (
    select
        by_amount.*,
        lag(highest) over (partition by customer_kind order by rfm_net_amount) as highest_below
    from by_amount
)

select * from compared where lowest <> highest or lowest < highest_below
