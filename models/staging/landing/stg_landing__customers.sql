{# Grain: one version of a customer as it was landed. #}
with records as (
{{ typed_columns('landing', 'customers') }}
),

judged as (
{{ judged('records', 'landing', 'customers') }}
)

select * from judged
