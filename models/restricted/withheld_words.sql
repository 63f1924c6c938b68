{#
    Grain: kind of word x free text that is published as `unmapped`, with how many customers have it. A word that tells nobody goes into
    the seed `public_words`. Never published.
#}
select word_kind, word, customer_count
from {{ ref('int_shared_words') }}
where not is_published
