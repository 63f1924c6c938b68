{#
    Grain: date due x criteria version x graded customer who said or showed what it thinks in the window of the criteria: attitude, 0 to
    100, the mean of what is known: its mean answer to surveys, and the share of its interactions with a sentiment that was not negative.
    Also whether the last answer about recommending was a promoter's or a detractor's, and how many interactions were negative.
#}
with customers as (
    select
        customers.*,
        {{ days_after('customers.as_of_date', '-criteria.attitude_window_days') }} as window_after
    from {{ ref('int_customers_by_date') }} as customers
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on customers.as_of_date = criteria.as_of_date
        and customers.criteria_version = criteria.criteria_version
        and customers.customer_kind = criteria.customer_kind
    where customers.is_graded
),

answered as (
    select
        customers.as_of_date,
        customers.criteria_version,
        customers.customer_key,
        {{ mean_amount('sum(answers.scaled_score)', 'count(*)') }} as mean_scaled_score
    from customers
    inner join {{ ref('int_survey_answers') }} as answers
        on customers.customer_key = answers.customer_key
        and customers.as_of_date >= answers.known_from
        and customers.window_after < answers.known_from
    group by customers.as_of_date, customers.criteria_version, customers.customer_key
),

recommending as (
    select
        customers.as_of_date,
        customers.criteria_version,
        customers.customer_key,
        max_by(
            answers.score,
            concat(cast(answers.known_from as {{ dbt.type_string() }}), '|', cast(answers.response_key as {{ dbt.type_string() }}))
        ) as nps_score
    from customers
    inner join {{ ref('int_survey_answers') }} as answers
        on customers.customer_key = answers.customer_key
        and customers.as_of_date >= answers.known_from
        and customers.window_after < answers.known_from
        and answers.survey = 'nps'
    group by customers.as_of_date, customers.criteria_version, customers.customer_key
),

interacting as (
    select
        customers.as_of_date,
        customers.criteria_version,
        customers.customer_key,
        cast({{ ratio_of("100 * count(case when interactions.sentiment <> 'negative' then 1 end)", 'count(*)') }} as decimal(18, 4)) as not_negative_score,
        {{ ratio_of(count_where('1', "interactions.sentiment = 'negative'"), 'count(*)') }} as negative_share,
        cast(count(*) as integer) as interaction_count
    from customers
    inner join {{ ref('int_interactions_held') }} as interactions
        on customers.customer_key = interactions.customer_key
        and customers.as_of_date >= interactions.known_from
        and customers.window_after < interactions.known_from
    where interactions.sentiment <> 'unknown'
    group by customers.as_of_date, customers.criteria_version, customers.customer_key
)

select
    coalesce(answered.as_of_date, interacting.as_of_date) as as_of_date,
    coalesce(answered.criteria_version, interacting.criteria_version) as criteria_version,
    coalesce(answered.customer_key, interacting.customer_key) as customer_key,
    {{ mean_amount(
        '(coalesce(answered.mean_scaled_score, 0) + coalesce(interacting.not_negative_score, 0))',
        '(case when answered.customer_key is not null then 1 else 0 end + case when interacting.customer_key is not null then 1 else 0 end)',
    ) }} as attitude,
    case
        when recommending.nps_score >= 9 then 'promoter'
        when recommending.nps_score >= 7 then 'passive'
        when recommending.nps_score is not null then 'detractor'
    end as nps_class,
    interacting.negative_share,
    interacting.interaction_count
from answered
full outer join interacting
    on answered.as_of_date = interacting.as_of_date
    and answered.criteria_version = interacting.criteria_version
    and answered.customer_key = interacting.customer_key
left join recommending
    on answered.as_of_date = recommending.as_of_date
    and answered.criteria_version = recommending.criteria_version
    and answered.customer_key = recommending.customer_key
