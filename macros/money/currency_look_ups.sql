{#
    Joins that find the currency of amounts that state none: the customer's on the day (`customers.currency`), and the default of the source
    (`settings.currency`).

    relation    alias: record_key, source_system
    own         the currency that the amount or its document states; customers are looked up where it is NULL
    day         the day on which the customer's currency counts
#}
{% macro currency_look_ups(relation, own, day) -%}
left join {{ ref('int_customer_versions') }} as customers
    on case when {{ own }} is null then {{ relation }}.record_key end = customers.record_key
    and {{ day }} >= customers.valid_from
    and {{ day }} < customers.valid_to
left join {{ ref('source_settings') }} as settings on {{ relation }}.source_system = settings.source_system
{%- endmacro %}
