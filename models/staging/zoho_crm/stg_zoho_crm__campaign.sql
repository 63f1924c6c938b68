{# Grain: one record of `campaign` as it was landed, in the columns of the landing table `campaigns`. #}
with records as (
{{ typed_columns('zoho_crm', 'campaign', extra={'is_deleted': "lower(is_deleted)"}) }}
),

judged as (
{{ judged('records', 'zoho_crm', 'campaign', [
    ['campaign_ref', 'deleted_in_source', "is_deleted in ('true', '1', 'yes')"],
]) }}
)

select * from judged
