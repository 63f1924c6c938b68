{{ config(materialized='view') }}
{#
    Grain: date due x amount owed and known then: what of it is open on the date, and the day of the last money that covered it.
    Money covers the receivable it names, else the receivables of the order it names, else the customer's, the oldest due first. Decided anew
    for each date and never stored, so that a later payment with a reference moves no past. What a named document does not need
    covers nothing else: it is the customer's balance. Currencies are not mixed.
#}
{%- set kept_columns = [
    'as_of_date', 'customer_key', 'receivable_key', 'order_key', 'known_from', 'due_date', 'is_disputed', 'original_currency', 'original_amount',
    'exchange_rate',
] %}
with due as (
    select distinct as_of_date from {{ ref('int_dates_due') }}
),

owed as (
    select
        due.as_of_date,
        receivables.*,
        receivables.original_amount as open_original_amount,
        cast(null as date) as last_covered_date
    from due
    inner join {{ ref('int_receivables_owed') }} as receivables on due.as_of_date >= receivables.known_from
),

payments as (
    select
        due.as_of_date,
        received.*
    from due
    inner join {{ ref('int_payments_received') }} as received on due.as_of_date >= received.known_from
),

{{ covered_in_turn('owed', 'receivable', 'receivable_key', kept_columns) }},

{{ covered_in_turn('open_after_receivable', 'order', 'order_key', kept_columns) }},

{{ covered_in_turn('open_after_order', 'customer', 'customer_key', kept_columns) }}

select
    open_after_customer.*,
    {{ converted('open_original_amount', 'exchange_rate') }} as open_amount,
    {{ converted('original_amount', 'exchange_rate') }} as owed_amount
from open_after_customer
