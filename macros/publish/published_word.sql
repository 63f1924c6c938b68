{#
    A free text as it may be published: as most write it, or `unmapped` where it may not (int_shared_words); the text is then in the schema
    restricted. With `join_word(column, word_kind)` among the joins.
#}
{% macro published_word(column, word_kind) -%}
    case when {{ word_kind }}_words.word is not null then {{ word_kind }}_words.published_as when {{ column }} is not null then 'unmapped' end
{%- endmacro %}
