{#
    So many terms of the series of expected purchases give it to a relative error of 5e-12: 28 / -ln(z), z = t / (alpha + T + t), at most
    20,000. All in days.
#}
{% macro clv_term_count(alpha, age, horizon) -%}
    cast(least(20000, ceil(28 / ln(({{ alpha }} + {{ age }} + {{ horizon }}) / cast({{ horizon }} as double)))) as integer)
{%- endmacro %}
