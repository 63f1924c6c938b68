{# Grain: one record of the landing table `identifiers`. #}
with records as (
{{ typed_columns('landing', 'identifiers') }}
),

judged as (
{{ judged('records', 'landing', 'identifiers') }}
)

select * from judged
