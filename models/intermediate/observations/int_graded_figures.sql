{#
    Grain: measure x subject: what is about to be published, in figures that the gate at the exit looks at and later runs compare theirs
    with. The subject is a kind, or one and a class. How many came to another class is asked only of those whom the same code graded before,
    with lifetime value by the same method: the night on which a model first fits moves everybody.
#}
{%- set classes = ['grade', 'value_tier', 'lifecycle_stage', 'risk_grade'] -%}
with grades as (
    select customer_key, customer_kind, net_amount_365d, clv_amount, clv_method, {{ classes | join(', ') }}
    from {{ ref('int_grades_now') }}
),

kinds as (
    select
        customer_kind,
        cast(count(*) as double) as customer_count,
        cast(sum(net_amount_365d) as double) as net_amount,
        cast(sum(clv_amount) as double) as clv_amount
    from grades
    group by customer_kind
),

shares as (
    {%- for class in classes %}
    select
        concat(kinds.customer_kind, ' {{ class }} ', grades.{{ class }}) as subject,
        concat(kinds.customer_kind, ' {{ class }}') as class_subject,
        100 * count(*) / kinds.customer_count as value,
        kinds.customer_count as row_count
    from grades
    inner join kinds on grades.customer_kind = kinds.customer_kind
    where grades.{{ class }} is not null
    group by kinds.customer_kind, grades.{{ class }}, kinds.customer_count
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

sides as (
    select subject, class_subject, value as percent, 0 as last_percent, row_count from shares
    union all
    select subject, {{ replaced('subject', ' [^ ]*$', '') }}, 0, last_value, last_row_count
    from {{ ref('int_figures_before') }}
    where measure = 'class_percent' and last_value is not null
),

-- The population stability index of a class, its shares at least a hundredth of a percent.
drifts as (
    select
        class_subject,
        max(row_count) as row_count,
        sum(percent) as percent,
        sum(last_percent) as last_percent,
        (greatest(sum(percent), 0.01) - greatest(sum(last_percent), 0.01)) / 100
            * ln(greatest(sum(percent), 0.01) / greatest(sum(last_percent), 0.01)) as drift
    from sides
    group by subject, class_subject
),

before as (
    select
        earlier.customer_kind,
        {%- for class in ['grade', 'value_tier'] %}
        case when earlier.code_checksum = run.code_checksum and grades.customer_kind = earlier.customer_kind
                and coalesce(grades.clv_method, '') = coalesce(earlier.clv_method, '')
            then case when grades.{{ class }} <> earlier.{{ class }} then 1 else 0 end end as has_other_{{ class }},
        {%- endfor %}
        case when grades.customer_key is null and moves.previous_customer_key is null then 1 else 0 end as is_lost
    from {{ source('previous', 'published_grades') }} as earlier
    cross join {{ source('grading', 'run') }} as run
    left join grades on earlier.customer_key = grades.customer_key
    left join (select distinct previous_customer_key from {{ ref('int_record_moves') }}) as moves
        on earlier.customer_key = moves.previous_customer_key
)

select 'customers' as measure, customer_kind as subject, customer_count as value, customer_count as row_count from kinds
union all
select 'net_amount_365d', customer_kind, net_amount, customer_count from kinds
union all
select 'clv_amount', customer_kind, clv_amount, customer_count from kinds
where clv_amount is not null
union all
select 'class_percent', subject, value, row_count from shares
union all
select 'stability_index', class_subject, sum(drift), max(row_count) from drifts
group by class_subject
having sum(percent) > 0 and sum(last_percent) > 0
union all
select 'lost_percent', customer_kind, 100 * cast(sum(is_lost) as double) / count(*), cast(count(*) as double) from before
group by customer_kind
{%- for class in ['grade', 'value_tier'] %}
union all
select
    'moved_percent', concat(customer_kind, ' {{ class }}'),
    100 * cast(sum(has_other_{{ class }}) as double) / count(has_other_{{ class }}), cast(count(*) as double)
from before
group by customer_kind
having count(has_other_{{ class }}) > 0
{%- endfor %}
