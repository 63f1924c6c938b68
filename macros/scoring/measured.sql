{#
    The components of the overall score, each with its measures. Each is a model int_<component>_scored; a new one is such a model and an
    entry here, its weights are rows of `component_weights` and `measure_weights`.
#}
{% macro measured() %}
    {{ return({
        'potential': ['expected_amount'],
        'history': ['net_amount', 'purchase_days', 'tenure_days', 'payment_on_time', 'attitude'],
        'influence': ['referral_count', 'reference_customer', 'market_share', 'social_followers'],
        'safety': ['late_share', 'late_days', 'limit_use', 'past_due'],
    }) }}
{% endmacro %}
