{#
    A quantile of the gamma distribution with a mean and a relative variance (variance over squared mean), by the cube-root
    transformation of Wilson and Hilferty (1931); the quantile is given in standard normal deviates. Not below 0.
#}
{% macro gamma_quantile(mean, relative_variance, deviate) -%}
    coalesce({{ mean }} * pow(greatest(1 - {{ relative_variance }} / 9 + ({{ deviate }}) * sqrt({{ relative_variance }} / 9), 0), 3), 0)
{%- endmacro %}
