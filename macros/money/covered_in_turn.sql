{#
    CTEs that let the money received for one kind of target (receivable, order, customer) cover what is open there, the oldest due
    first, of those the oldest invoice. Both are laid end to end on one scale, so that what each receivable got, and the day on which it
    got the last of it, follow from two running sums, however many payments and receivables meet.

    before      CTE: as_of_date, receivable_key, <key>, original_currency, due_date, known_from, open_original_amount, last_covered_date, ...
    paid_for    receivable, order or customer: which rows of the CTE `payments` count
    key         the column of `before` that is the target
    The last CTE is `open_after_<paid_for>`, with the columns of `before`.
#}
{% macro covered_in_turn(before, paid_for, key, kept_columns) %}
{{ paid_for }}_money as (
    select as_of_date, target_key, covered_currency, cast(sum(covering_amount) as decimal(18, 4)) as received_amount
    from payments
    where paid_for = '{{ paid_for }}'
    group by as_of_date, target_key, covered_currency
),

{{ paid_for }}_queue as (
    select
        queue.as_of_date,
        queue.{{ key }} as target_key,
        queue.original_currency,
        queue.receivable_key,
        queue.open_original_amount,
        money.received_amount,
        cast(sum(queue.open_original_amount) over (
            partition by queue.as_of_date, queue.{{ key }}, queue.original_currency
            order by queue.due_date, queue.known_from, queue.receivable_key
            rows between unbounded preceding and current row
        ) as decimal(18, 4)) as queue_end
    from {{ before }} as queue
    inner join {{ paid_for }}_money as money
        on queue.as_of_date = money.as_of_date
        and queue.{{ key }} = money.target_key
        and queue.original_currency = money.covered_currency
    where queue.open_original_amount > 0
),

{{ paid_for }}_marks as (
    select
        as_of_date,
        target_key,
        original_currency,
        receivable_key,
        least(open_original_amount, received_amount - queue_end + open_original_amount) as covered_amount,
        least(queue_end, received_amount) as mark,
        cast(null as date) as received_date
    from {{ paid_for }}_queue
    where received_amount > queue_end - open_original_amount
    union all
    select as_of_date, target_key, covered_currency, null, null, covering_so_far, known_from
    from payments
    where paid_for = '{{ paid_for }}'
),

{{ paid_for }}_covered as (
    select
        as_of_date,
        receivable_key,
        covered_amount,
        min(received_date) over (
            partition by as_of_date, target_key, original_currency
            order by mark desc, received_date nulls last
            rows between unbounded preceding and current row
        ) as covered_date
    from {{ paid_for }}_marks
),

open_after_{{ paid_for }} as (
    select
        {%- for column in kept_columns %}
        queue.{{ column }},
        {%- endfor %}
        cast(queue.open_original_amount - coalesce(covered.covered_amount, 0) as decimal(18, 4)) as open_original_amount,
        case
            when covered.covered_date is null or queue.last_covered_date > covered.covered_date then queue.last_covered_date
            else covered.covered_date
        end as last_covered_date
    from {{ before }} as queue
    left join {{ paid_for }}_covered as covered
        on queue.as_of_date = covered.as_of_date and queue.receivable_key = covered.receivable_key
)
{%- endmacro %}
