{#
    Grain: graded customer x product that it bought in the window of the criteria, the last ones if they are very many: a customer of everything
    says little about what goes with what.
#}
{%- set most = 50 %}
with bought as (
    select
        grades.as_of_date,
        grades.criteria_version,
        grades.customer_kind,
        grades.customer_key,
        {{ document_key("'product'", 'lines.source_system', 'lines.product_ref') }} as product_key,
        min(lines.source_system) as source_system,
        min(lines.product_ref) as product_ref,
        max(orders.order_date) as last_date
    from {{ ref('int_order_lines_valued') }} as lines
    inner join {{ ref('int_orders_converted') }} as orders
        on lines.order_source_system = orders.source_system and lines.order_ref = orders.order_ref
    inner join {{ ref('int_records_resolved') }} as records on orders.record_key = records.record_key
    inner join {{ ref('int_grades_now') }} as grades on records.customer_key = grades.customer_key
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on grades.as_of_date = criteria.as_of_date
        and grades.criteria_version = criteria.criteria_version
        and grades.customer_kind = criteria.customer_kind
    where lines.product_ref is not null
        and lines.is_counted
        and orders.is_purchase
        and orders.order_date > {{ days_after('grades.as_of_date', '-criteria.next_product_window_days') }}
    group by
        grades.as_of_date, grades.criteria_version, grades.customer_kind, grades.customer_key,
        {{ document_key("'product'", 'lines.source_system', 'lines.product_ref') }}
),

placed as (
    select bought.*, row_number() over (partition by customer_key order by last_date desc, product_key) as place
    from bought
)

select as_of_date, criteria_version, customer_kind, customer_key, product_key, source_system, product_ref
from placed
where place <= {{ most }}
