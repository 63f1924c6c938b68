{# Grain: one record of the landing table `campaigns`. #}
with records as (
{{ typed_columns('landing', 'campaigns') }}
),

judged as (
{{ judged('records', 'landing', 'campaigns') }}
)

select * from judged
