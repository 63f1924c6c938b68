{# Grain: one record of `product` as it was landed, in the columns of the landing table `products`. #}
with records as (
{{ typed_columns('zoho_crm', 'product', extra={'is_deleted': "lower(is_deleted)"}) }}
),

judged as (
{{ judged('records', 'zoho_crm', 'product', [
    ['product_ref', 'deleted_in_source', "is_deleted in ('true', '1', 'yes')"],
]) }}
)

select * from judged
