{# Grain: one customer at the as-of date x kind of pick-list x word that it picked and that may be published, all others as `unmapped`. #}
select distinct
    picked.customer_key,
    picked.word_kind,
    case when shared.is_published then shared.published_as else 'unmapped' end as word
from {{ ref('int_words_picked') }} as picked
left join {{ ref('int_shared_words') }} as shared on picked.word_kind = shared.word_kind and picked.word = shared.word
