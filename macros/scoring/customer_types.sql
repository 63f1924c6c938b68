{# The types that a customer can be of, beside standard; each has a score <type>_type in `score_parts()` and rows in the seed `customer_types`. #}
{% macro customer_types() %}
    {{ return(['value', 'potential', 'convenience', 'problem']) }}
{% endmacro %}
