{# Grain: one record of `quote` as it was landed, in the columns of the landing table `quotes`. #}
with records as (
{{ typed_columns('zoho_crm', 'quote', extra={'is_deleted': "lower(is_deleted)"}) }}
),

judged as (
{{ judged('records', 'zoho_crm', 'quote', [
    ['quote_ref', 'deleted_in_source', "is_deleted in ('true', '1', 'yes')"],
]) }}
)

select * from judged
