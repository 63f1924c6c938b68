{# A source system as it may be published: itself where it is listed or shared by many (int_shared_words), else a keyed hash. #}
{% macro published_system(column) -%}
    {%- set mark = record_separator() | trim -%}
    case
        when instr((
            select '{{ mark }}' || {{ joined_text('systems.word', mark, 'systems.word') }} || '{{ mark }}'
            from {{ ref('int_shared_words') }} as systems
            where systems.word_kind = 'source_system' and systems.is_published
        ), '{{ mark }}' || {{ column }} || '{{ mark }}') > 0 then {{ column }}
        when {{ column }} is not null then {{ keyed_text(column) }}
    end
{%- endmacro %}
