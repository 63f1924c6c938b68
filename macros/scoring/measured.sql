{#
    What is measured today: the components of the overall score of buyers that a model computes, each with its measures; of
    prospects nothing is. A weight of anything else is for a model to come, and `marts.criteria` says so.
#}
{% macro measured() %}
    {{ return({'history': ['net_amount', 'purchase_days', 'tenure_days']}) }}
{% endmacro %}
