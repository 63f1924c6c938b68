{# Grain: one record of the landing table `loyalty_entries`. #}
with records as (
{{ typed_columns('landing', 'loyalty_entries') }}
),

judged as (
{{ judged('records', 'landing', 'loyalty_entries') }}
)

select * from judged
