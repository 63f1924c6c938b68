{# Grain: one record of `quote` as it was landed, in the columns of the landing table `quotes`. #}
{%- set table = landed_table('zoho_crm', 'quote', extra={'is_deleted': "lower(is_deleted)"}) -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table, [
    ['quote_ref', 'deleted_in_source', "is_deleted in ('true', '1', 'yes')"],
]) }}
)

select * from judged
