{#
    Whether a ref tells nothing of a person and may be published as it is: its source says so (is_opaque in `source_settings`), or its
    form does: one word of unaccented letters, digits and - _ . # /, with one to ten digits, or with at most three letters. A name has
    more letters, an e-mail address an @, Chinese identity card and most international telephone numbers more digits.
#}
{% macro is_opaque_ref(source_system, ref_column) -%}
    {%- set mark = "'" ~ record_separator() | trim ~ "'" -%}
    (
        {{ matches(ref_column, '^([A-Za-z._#/-]*([0-9][A-Za-z._#/-]*){1,10}|[._#/-]*([A-Za-z][._#/-]*){0,3})$') }}
        or (instr({{ opaque_systems(mark) }}, {{ mark }} || {{ source_system }} || {{ mark }}) > 0 and instr({{ ref_column }}, '@') = 0)
    )
{%- endmacro %}

{# The systems whose refs are opaque, as one text. #}
{% macro opaque_systems(mark) -%}
    (
        select coalesce({{ mark }} || {{ joined_text('opaque.source_system', mark | replace("'", ''), 'opaque.source_system') }} || {{ mark }}, '')
        from {{ ref('source_settings') }} as opaque
        where opaque.is_opaque
    )
{%- endmacro %}
