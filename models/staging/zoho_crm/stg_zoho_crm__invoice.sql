{# Grain: one record of `invoice` as it was landed, in the columns of the landing table `receivables`. #}
{%- set table = landed_table('zoho_crm', 'invoice', extra={'is_deleted': "lower(is_deleted)"}) -%}
with records as (
{{ typed_columns(table) }}
),

judged as (
{{ judged('records', table, [
    ['receivable_ref', 'deleted_in_source', "is_deleted in ('true', '1', 'yes')"],
    ['amount', 'negative_amount', "amount < 0"],
]) }}
)

select * from judged
