{# Grain: one record of the landing table `receivables`. #}
with records as (
{{ typed_columns('landing', 'receivables') }}
),

judged as (
{{ judged('records', 'landing', 'receivables', [
    ['amount', 'negative_amount', 'amount < 0'],
]) }}
)

select * from judged
