{#
    Figures of this run (measure, subject, value, row_count) beside those of earlier publications. What had rows in the last
    publication and has none now is observed with the value 0. A figure that stands as it was published says nothing new: its
    value is observed, what the gate looks at is NULL. `is_small`: there are fewer rows, and were, than tell anything.
#}
{% macro observed(figures, before) -%}
select
    coalesce(now.measure, earlier.measure) as measure,
    coalesce(now.subject, earlier.subject) as subject,
    coalesce(now.value, 0) as value,
    earlier.last_value,
    earlier.weekday_value,
    case when earlier.last_value is null or abs(coalesce(now.value, 0) - earlier.last_value) > 0.000001 then coalesce(now.value, 0) end
        as new_value,
    coalesce(now.value, 0) - earlier.last_value as rise,
    case when earlier.last_value > 0 then 100 * coalesce(now.value, 0) / earlier.last_value end as percent_of_last,
    case
        when earlier.weekday_value > 0 and abs(coalesce(now.value, 0) - coalesce(earlier.last_value, -1)) > 0.000001
            then 100 * coalesce(now.value, 0) / earlier.weekday_value
    end as percent_of_weekday,
    greatest(coalesce(now.row_count, 0), coalesce(earlier.last_row_count, 0)) < 100 as is_small
from {{ figures }} as now
full outer join {{ before }} as earlier on now.measure = earlier.measure and now.subject = earlier.subject
{%- endmacro %}
