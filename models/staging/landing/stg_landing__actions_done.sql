{# Grain: one record of the landing table `actions_done`. #}
with records as (
{{ typed_columns('landing', 'actions_done') }}
),

judged as (
{{ judged('records', 'landing', 'actions_done') }}
)

select * from judged
