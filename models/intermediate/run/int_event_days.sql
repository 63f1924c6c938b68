{#
    Grain: raw table (source.table) x landing table that it feeds x day. How many accepted rows are dated on the day,
    for every table whose rows are events, and, without a day, that there are rows which were not accepted, with an
    example; some of the tables set the as-of date.
#}
select
    raw_table,
    contract_table,
    case when record_status = 'accepted' then event_date end as event_date,
    contract_table in ('orders', 'refunds', 'payments', 'interactions', 'web_events', 'tickets', 'survey_responses')
        as sets_as_of_date,
    contract_table in ('orders', 'refunds', 'receivables', 'payments', 'tickets', 'opportunities', 'quotes') as is_money_converted,
    cast(sum(case when record_status = 'accepted' then row_count else 0 end) as bigint) as accepted_rows,
    min(
        case
            when record_status = 'rejected'
                then concat(_file, ' line ', cast(_line as {{ dbt.type_string() }}), ' breaks ', rule_codes)
        end
    ) as rejected_example
from {{ ref('int_record_statuses') }}
where is_event
group by raw_table, contract_table, case when record_status = 'accepted' then event_date end
