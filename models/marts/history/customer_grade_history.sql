{# Grain: graded customer x graded date: the 12 month ends before the as-of date, and the as-of date. #}
select
    as_of_date,
    is_current,
    {{ customer_id('customer_key') }} as customer_id
    {%- for column in history_columns() if column not in ('as_of_date', 'customer_key') %},
    {{ column }}
    {%- endfor %}
from {{ ref('int_grades_over_time') }}
