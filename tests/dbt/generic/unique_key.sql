{#
    The columns together are the key of the model: no two rows share them and none of them is NULL.
#}
{% test unique_key(model, columns) %}
with validation_errors as (
    select {{ columns | join(', ') }}, count(*) as row_count
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1 {% for column in columns %}or {{ column }} is null {% endfor %}
)

select * from validation_errors
{% endtest %}
