{#
    The scores that are weighted means of parts on a fixed scale, each with its parts; weights and scales are rows of the seed `score_parts`.
#}
{% macro score_parts() %}
    {{ return({
        'loyalty': ['frequency_percentile', 'probability_alive', 'attitude', 'recommendation'],
        'value_type': ['value_percentile', 'loyalty', 'tenure_years'],
        'potential_type': ['growth_share', 'pipeline_share', 'intent_count', 'advocacy', 'headroom'],
        'convenience_type': ['discounted_share', 'self_service_share', 'category_count', 'disloyalty'],
        'problem_type': ['own_fault_rate', 'refund_share', 'claimed_share', 'negative_share', 'days_past_due'],
    }) }}
{% endmacro %}
