{#
    Grain: publication x measure x subject: the figures of this run, and of those before it that the next runs compare theirs with. A rate
    of moves between two publications is of no use to a third.
#}
select run_id, published_at, gate, measure, subject, value, row_count
from {{ source('previous', 'figures') }} as earlier
where exists (
    select 1 from {{ ref('int_run_settings') }} as settings
    where {{ days_between('cast(earlier.published_at as date)', 'cast(settings.started_at as date)') }} <= 100
)
{%- for gate, relation in [
    ('entry', 'int_landed_figures'), ('entry', 'int_days_figures'), ('entry', 'int_orders_figures'), ('exit', 'int_graded_figures'),
] %}
union all
select settings.run_id, settings.started_at, '{{ gate }}', figures.measure, figures.subject, figures.value, figures.row_count
from {{ ref(relation) }} as figures
cross join {{ ref('int_run_settings') }} as settings
where figures.measure not in ('stability_index', 'lost_percent', 'moved_percent')
{%- endfor %}
