{# Grain: one record of the landing table `exchange_rates`. #}
with records as (
{{ typed_columns('landing', 'exchange_rates') }}
),

judged as (
{{ judged('records', 'landing', 'exchange_rates', [
    ['rate', 'not_positive', 'rate <= 0'],
]) }}
)

select * from judged
