{#
    Every value of the column has a label in the class family, in both languages.
#}
{% test labelled(model, column_name, family) %}
with validation_errors as (
    select distinct values_used.{{ column_name }}
    from {{ model }} as values_used
    left join {{ ref('class_labels_seed') }} as labels
        on labels.class_family = '{{ family }}' and values_used.{{ column_name }} = labels.code
    where values_used.{{ column_name }} is not null
        and (labels.label_en is null or labels.label_zh is null)
)

select * from validation_errors
{% endtest %}
