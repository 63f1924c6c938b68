{# Grain: one record of the landing table `interactions`. #}
with records as (
{{ typed_columns('landing', 'interactions') }}
),

judged as (
{{ judged('records', 'landing', 'interactions') }}
)

select * from judged
