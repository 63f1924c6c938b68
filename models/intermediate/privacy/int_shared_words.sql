{#
    Grain: kind of word x free text that some record holds, with how many customers share it (visitors, for the traffic of the web
    site) and whether it may be published: the seed `public_words` lists it, or enough customers share it and it holds no @ and at
    most six digits. Anything may be typed into such a field, a telephone number or a name too, and a name has neither @ nor digits.
    `Web` and `web` are one word, shared by the customers of both and published as most of them have it; systems are names, not words.
#}
{%- set known -%}
select source_system from {{ ref('source_settings') }}
union
select source_name from {{ source('grading', 'raw_tables') }}
{%- endset %}
{%- set attributes = ['region', 'city', 'occupation', 'education_level', 'acquisition_channel', 'preferred_channel'] %}
with used as (
    {%- for attribute in attributes %}
    select '{{ attribute }}' as word_kind, {{ attribute }} as word, count(*) as customer_count
    from {{ ref('int_customer_attributes') }}
    where {{ attribute }} is not null
    group by {{ attribute }}
    union all
    {%- endfor %}
    select 'order_channel', channel, count(distinct record_key)
    from {{ ref('int_orders_netted') }}
    where channel is not null
    group by channel
    union all
    select 'product_category', product_category, count(distinct customer_key)
    from {{ ref('int_categories_bought') }}
    group by product_category
    union all
    select word_kind, word, count(*)
    from {{ ref('int_words_picked') }}
    group by word_kind, word
    {%- for part in ['stage', 'lost_reason', 'competitor'] %}
    union all
    select '{{ part }}', {{ part }}, count(distinct record_key)
    from {{ ref('int_pipeline_converted') }}
    where {{ part }} is not null
    group by {{ part }}
    {%- endfor %}
    {%- for part in ['source', 'medium', 'campaign'] %}
    union all
    select 'traffic_{{ part }}', traffic_{{ part }}, count(distinct visitor_key)
    from {{ ref('int_web_sessions') }}
    where traffic_{{ part }} is not null
    group by traffic_{{ part }}
    {%- endfor %}
    union all
    select 'source_system', source_system, count(*)
    from {{ ref('int_records') }}
    group by source_system
    union all
    select 'source_system', source_system, 0 from ({{ known }}) as known_systems
),

counted as (
    select
        word_kind,
        word,
        case when word_kind = 'source_system' then word else lower(word) end as folded_word,
        cast(sum(customer_count) as bigint) as customer_count
    from used
    group by word_kind, word
),

shared as (
    select
        counted.*,
        sum(customer_count) over (partition by word_kind, folded_word) as sharing_count,
        first_value(word) over (partition by word_kind, folded_word order by customer_count desc, word) as published_as
    from counted
)

select
    shared.word_kind,
    shared.word,
    shared.published_as,
    shared.customer_count,
    known.word is not null
    or systems.source_system is not null
    or (
        shared.sharing_count >= {{ var('shared_word_min_customers') }}
        and not {{ matches('shared.word', '@|([0-9][^0-9]*){7}') }}
    ) as is_published
from shared
left join {{ ref('public_words') }} as known
    on shared.word_kind like concat('%', known.word_kind) and lower(shared.word) = known.word
left join ({{ known }}) as systems
    on shared.word_kind = 'source_system' and shared.word = systems.source_system
