{#
    Grain: customer with a name, and the name as it is published. Whole are names of organisations that look like one's: of at least
    so many employees, with a legal form or an activity that the seed `name_words` lists, or of a single word. Of all others, and of
    organisations of one person, the first letter: a sole trader is a person, whatever made its record an organisation.
#}
with named as (
    select
        attributes.customer_key,
        attributes.name,
        attributes.employee_count,
        existing.customer_kind = 'organisation'
        and coalesce(attributes.employee_count, 2) > 1
        and not {{ matches('attributes.name', '@|([0-9][^0-9]*){7}') }} as may_be_whole
    from {{ ref('int_customer_attributes') }} as attributes
    inner join {{ ref('int_customers_by_date') }} as existing
        on attributes.customer_key = existing.customer_key and existing.is_current
    where attributes.name is not null
),

words as (
    select
        customer_key,
        {{ exploded(replaced("translate(lower(name), '[]', '  ')", '[.,;:/&+()*_"0-9-]+', ' '), ' ') }} as word
    from named
    where may_be_whole
),

endings as (
    select word, length(word) as ending_length
    from {{ ref('name_words') }}
    where place = 'endings' and tells <> 'title'
),

ending_lengths as (
    select distinct ending_length from endings
),

ended as (
    select distinct words.customer_key
    from words
    inner join ending_lengths on length(words.word) >= ending_lengths.ending_length
    inner join endings on right(words.word, ending_lengths.ending_length) = endings.word
    where not {{ is_ascii('words.word') }}
),

looks as (
    select
        words.customer_key,
        count(*) as word_count,
        max(case when signs.word is not null then 1 else 0 end) = 1 as has_sign,
        max(case when {{ is_ascii('words.word') }} or length(words.word) > 4 then 1 else 0 end) = 1 as is_long
    from words
    left join {{ ref('name_words') }} as signs
        on words.word = signs.word and signs.place = 'words' and signs.tells <> 'title'
    where words.word <> ''
    group by words.customer_key
)

select
    named.customer_key,
    case
        when named.may_be_whole and (
            named.employee_count >= {{ var('named_min_employees') }}
            or looks.has_sign
            or ended.customer_key is not null
            or (looks.word_count = 1 and looks.is_long)
        ) then named.name
        else concat(substr(named.name, 1, 1), '***')
    end as display_name
from named
left join looks on named.customer_key = looks.customer_key
left join ended on named.customer_key = ended.customer_key
