{# What stands for a text that is not published: H and 31 digits of its hash with the secret key of the warehouse (raw.run). #}
{% macro keyed_text(expression) -%}
    'H' || substr(md5((select max(run.pseudonym_key) from {{ source('grading', 'run') }} as run) || '|' || {{ expression }}), 1, 31)
{%- endmacro %}
