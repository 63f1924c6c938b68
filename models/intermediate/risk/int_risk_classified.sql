{#
    Grain: date due x criteria version x graded customer. Decides the risk grade: that of the worst trigger; so many triggers of
    medium risk make it high; without any it is low. The grade sets no more than the floor of the continuous score; where nothing
    is known of how the customer pays it starts from 50, as what is not known does everywhere, and without a trigger is NULL.
#}
with triggered as (
    select
        triggers.as_of_date,
        triggers.criteria_version,
        triggers.customer_key,
        max(grades.severity) as severity,
        count(case when triggers.risk_grade = 'medium' then 1 end) as medium_count
    from {{ ref('int_risk_triggers') }} as triggers
    inner join {{ ref('risk_grades') }} as grades
        on triggers.criteria_version = grades.criteria_version and triggers.risk_grade = grades.risk_grade
    group by triggers.as_of_date, triggers.criteria_version, triggers.customer_key
)

select
    measures.as_of_date,
    measures.criteria_version,
    measures.customer_key,
    grades.risk_grade,
    cast(case
        when triggered.customer_key is not null then greatest(coalesce(scored.risk_score, 50), grades.min_score)
        else scored.risk_score
    end as decimal(7, 4)) as risk_score
from {{ ref('int_purchases_measured') }} as measures
inner join {{ ref('int_criteria_by_date') }} as criteria
    on measures.as_of_date = criteria.as_of_date
    and measures.criteria_version = criteria.criteria_version
    and measures.customer_kind = criteria.customer_kind
left join triggered
    on measures.as_of_date = triggered.as_of_date
    and measures.criteria_version = triggered.criteria_version
    and measures.customer_key = triggered.customer_key
left join {{ ref('int_risk_scored') }} as scored
    on measures.as_of_date = scored.as_of_date
    and measures.criteria_version = scored.criteria_version
    and measures.customer_key = scored.customer_key
inner join {{ ref('risk_grades') }} as grades
    on measures.criteria_version = grades.criteria_version
    and case
        when criteria.risk_mediums_to_high <= triggered.medium_count then greatest(triggered.severity, 3)
        else coalesce(triggered.severity, 1)
    end = grades.severity
