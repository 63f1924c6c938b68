{#
    The condition is true in every row; a condition that is NULL fails, too.
#}
{% test holds(model, condition) %}
with validation_errors as (
    select *
    from {{ model }}
    where not coalesce({{ condition }}, false)
)

select * from validation_errors
{% endtest %}
