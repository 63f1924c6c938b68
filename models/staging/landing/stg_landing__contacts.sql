{# Grain: one record of the landing table `contacts`. #}
with records as (
{{ typed_columns('landing', 'contacts') }}
),

judged as (
{{ judged('records', 'landing', 'contacts') }}
)

select * from judged
