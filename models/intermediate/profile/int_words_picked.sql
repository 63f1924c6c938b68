{#
    Grain: one customer at the as-of date x kind of pick-list (interests, needs) x word that it picked, in small letters. Words are divided by ; , 、 ， ；
    or | as exports of several choices are.
#}
{%- set kinds = ['interests', 'needs'] %}
with picked as (
    {%- for kind in kinds %}
    select customer_key, '{{ kind }}' as word_kind, {{ exploded("translate(lower(" ~ kind ~ "), ',，、；|', ';;;;;')", ';') }} as word
    from {{ ref('int_customer_attributes') }}
    where {{ kind }} is not null
    {{- ' union all' if not loop.last }}
    {%- endfor %}
)

select distinct customer_key, word_kind, trim(word) as word
from picked
where trim(word) <> ''
