{#
    Hashes of the rows of a relation that judgements by date read, each from the day on which it is known: from_date, row_hash.
    The relation's meta says that day (known_from); what may end a row later (known_until) enters on that later day, so that
    tonight's refund or rate leaves the dates before it alone. All columns of its contract are hashed.
#}
{% macro fact_hashes(model_name) -%}
    {%- set relation = ref(model_name) -%}
    {%- if execute -%}
        {%- set node = graph.nodes['model.' ~ project_name ~ '.' ~ model_name] -%}
        {%- set from, until = node.config.meta.known_from, node.config.meta.get('known_until') -%}
        {%- set names = node.columns.keys() | list -%}
    select {{ from }} as from_date, {{ row_hash(["'" ~ model_name ~ "'"] + names | reject('equalto', until) | list) }} as row_hash
    from {{ relation }}
        {%- if until %}
    union all
    select {{ until }}, {{ row_hash(["'" ~ model_name ~ "'"] + names) }}
    from {{ relation }}
    where {{ until }} < date '9999-12-31'
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
