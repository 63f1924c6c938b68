{#
    Grain: one text of a name or of an address that a record has, and the form in which it is compared: lower case, its words in
    alphabetical order, since systems write the family name first or last, no punctuation, no blanks, without the titles of
    persons and the legal forms of organisations that the seed `name_words` lists: whole words, and up to two endings of words
    that are written without blanks. Texts of which nothing is left are not here.
#}
with texts as (
    select name as given_text from {{ ref('int_customer_versions') }} where name is not null
    union
    select address from {{ ref('int_customer_versions') }} where address is not null and postal_code is not null
),

bare as (
    select
        given_text,
        {{ replaced("translate(lower(given_text), '[]', '  ')", '[.,;:/&+()*_"-]+', ' ') }} as bare_text
    from texts
),

words as (
    select given_text, {{ exploded('bare_text', ' ') }} as word from bare
),

endings as (
    select word as ending from {{ ref('name_words') }} where place = 'endings' and tells <> 'activity'
    union
    select concat(name_words.word, others.word)
    from {{ ref('name_words') }} as name_words
    cross join {{ ref('name_words') }} as others
    where name_words.place = 'endings' and others.place = 'endings' and name_words.tells <> 'activity' and others.tells <> 'activity'
),

lengths as (
    select distinct length(ending) as ending_length from endings
),

{# Equality of the last letters, once for each length: a comparison of each word with each ending costs ten times as much. -#}
endings_found as (
    select words.word, max(lengths.ending_length) as ending_length
    from (select distinct word from words where not {{ is_ascii('word') }}) as words
    inner join lengths
        on length(words.word) >= lengths.ending_length
    inner join endings on right(words.word, lengths.ending_length) = endings.ending
    group by words.word
),

kept as (
    select
        words.given_text,
        substr(words.word, 1, length(words.word) - coalesce(endings_found.ending_length, 0)) as word
    from words
    left join {{ ref('name_words') }} as dropped
        on dropped.place = 'words' and dropped.tells <> 'activity' and words.word = dropped.word
    left join endings_found on words.word = endings_found.word
    where dropped.word is null
)

select given_text, {{ joined_text('word', '', 'word') }} as name_key
from kept
where word <> ''
group by given_text
