{#
    The columns together are the key of the model: no two rows share them and none of them is NULL.
#}
{% test unique_combination_of_columns(model, combination_of_columns) %}
with validation_errors as (
    select {{ combination_of_columns | join(', ') }}, count(*) as row_count
    from {{ model }}
    group by {{ combination_of_columns | join(', ') }}
    having count(*) > 1 {% for column in combination_of_columns %}or {{ column }} is null {% endfor %}
)

select * from validation_errors
{% endtest %}
