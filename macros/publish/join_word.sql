{# The join by which `published_word` knows whether a free text may be published. #}
{% macro join_word(column, word_kind) -%}
    left join {{ ref('int_shared_words') }} as {{ word_kind }}_words
        on {{ word_kind }}_words.word_kind = '{{ word_kind }}' and {{ word_kind }}_words.is_published and {{ column }} = {{ word_kind }}_words.word
{%- endmacro %}
