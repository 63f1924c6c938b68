{#
    A free text as it may be published: itself, or `unmapped` where it may not (int_shared_words); the text is then in the schema
    restricted. With `join_word(column, word_kind)` among the joins.
#}
{% macro published_word(column, word_kind) -%}
    case when {{ word_kind }}_words.word is not null then {{ column }} when {{ column }} is not null then 'unmapped' end
{%- endmacro %}
