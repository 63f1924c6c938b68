{#
    Grain: one customer with an action that is due within the days of the criteria: what to do, why, by whom, through which channel, by when, and
    what it may bring; the list of an owner is in the order of priority. Who is not to be contacted is not in it.
#}
{%- set date = "case
            when actions.condition = 'open_case' then actions.first_opened_date
            when actions.lifecycle_stage = 'prospect' then actions.exists_from
            when actions.lifecycle_stage = 'new' then actions.first_purchase_date
            else actions.state_since
        end" %}
{%- set number = "case actions.condition
            when 'open_case' then actions.case_count
            when 'overdue' then actions.days_past_due
            else actions.recency_days
        end" %}
with worded as (
    select
        *,
        case
            when condition = 'overdue' then 'overdue'
            when lifecycle_stage in ('prospect', 'new') then 'expected'
            when lifecycle_stage in ('active', 'reactivated') then 'last_year'
            else 'usual_year'
        end as amount_word,
        case
            when condition = 'overdue' then overdue_amount
            when lifecycle_stage in ('prospect', 'new') then expected_amount
            when lifecycle_stage in ('active', 'reactivated') then last_year_amount
            else usual_year_amount
        end as amount
    from {{ ref('int_actions_placed') }}
)

select
    actions.as_of_date,
    {{ customer_id('actions.customer_key') }} as customer_id,
    actions.customer_kind,
    attributes.display_name,
    attributes.account_owner,
    actions.priority,
    actions.action_status as status,
    actions.action_code,
    actions.channel,
    actions.from_hour as contact_from_hour,
    actions.until_hour as contact_until_hour,
    actions.due_date,
    greatest({{ days_between('actions.due_date', 'actions.as_of_date') }}, 0) as days_overdue,
    actions.value_tier,
    actions.lifecycle_stage,
    actions.expected_value_amount,
    actions.expected_hours,
    actions.is_marketing,
    actions.action_status = 'held_out' as is_held_out,
    reasons.code as reason_code,
    action_words.label_en as action_en,
    action_words.label_zh as action_zh,
    {%- for language, name in [(0, 'en'), (1, 'zh')] %}
    {%- set amount = "concat(" ~ grouped_number('actions.amount') ~ ", ' ', settings.reporting_currency)" %}
    {{ filled_label('reasons.label_' ~ name, {
        'date': date,
        'n': number,
        'tier': 'tiers.label_' ~ name,
        'r': 'cast(actions.lateness_ratio as decimal(9, 1))',
        'contact': filled_label('contact_words.label_' ~ name, {'date': 'actions.last_contact_date'}, language),
        'amount': 'case when actions.amount >= 0.5 then ' ~ filled_label('amount_words.label_' ~ name, {'a': amount}, language) ~ ' end',
    }, language) }} as reason_{{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
from worded as actions
cross join {{ ref('int_run_settings') }} as settings
left join {{ ref('int_attributes_published') }} as attributes on actions.customer_key = attributes.customer_key
inner join {{ ref('class_labels_seed') }} as action_words
    on action_words.class_family = 'action_code' and actions.action_code = action_words.code
inner join {{ ref('class_labels_seed') }} as tiers on tiers.class_family = 'value_tier' and actions.value_tier = tiers.code
inner join {{ ref('class_labels_seed') }} as contact_words
    on contact_words.class_family = 'action_word'
    and contact_words.code = case when actions.last_contact_date is null then 'none' else 'known' end
inner join {{ ref('class_labels_seed') }} as amount_words
    on amount_words.class_family = 'action_word' and actions.amount_word = amount_words.code
inner join {{ ref('class_labels_seed') }} as reasons
    on reasons.class_family = 'action_reason'
    and reasons.code = case
        when actions.condition in ('sanctioned', 'open_case', 'overdue', 'leaving') then actions.condition
        else concat('stage_', actions.lifecycle_stage)
    end
where actions.action_status in ('planned', 'over_capacity', 'unassigned', 'held_out', 'capped', 'no_channel')
