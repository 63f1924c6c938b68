{#
    Grain: month end that is due x graded customer: the columns that history keeps, with the fingerprint of the inputs
    and of the code that computed them. The refresh keeps them for the next one.
#}
select
    {%- for column in history_columns() %}
    grades.{{ column }},
    {%- endfor %}
    due.fingerprint
from {{ ref('int_grades') }} as grades
inner join {{ ref('int_dates_due') }} as due on grades.as_of_date = due.as_of_date and grades.criteria_version = due.criteria_version
where not grades.is_current
