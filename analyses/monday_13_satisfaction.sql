{# NPS by tier and market of the last year, with the number of answers and of customers asked or not. #}
select
    grades.value_tier,
    customers.market,
    count(*) as customer_count,
    count(answers.customer_id) as respondent_count,
    cast(100 * avg(answers.nps) as decimal(9, 1)) as nps
from {{ ref('customer_grades') }} as grades
inner join {{ ref('customers') }} as customers on grades.customer_id = customers.customer_id
left join (
    select customer_id, avg(case nps_class when 'promoter' then 1.0 when 'detractor' then -1.0 else 0.0 end) as nps
    from {{ ref('survey_answers') }}
    where survey = 'nps' and responded_date > (select as_of_date - 365 from {{ ref('publication') }})
    group by customer_id
) as answers on grades.customer_id = answers.customer_id
group by grades.value_tier, customers.market
having count(answers.customer_id) > 0
order by grades.value_tier, customers.market
