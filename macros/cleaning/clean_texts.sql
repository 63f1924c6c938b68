{# Texts of customers in one form. Each is idempotent: what is clean stays as it is. #}

{# A name: ordinary width, single blanks. #}
{% macro clean_name(expression) -%}
    {{ trimmed(replaced(expression, '[ ]{2,}', ' ')) }}
{%- endmacro %}

{# An e-mail address in lower case, taken out of "Name <address>" and mailto:. #}
{% macro bare_email(expression) -%}
    {{ replaced("lower(" ~ expression ~ ")", '^mailto:|^[^<]*<|>[^>]*$', '') }}
{%- endmacro %}

{# The bare text if it is one e-mail address. #}
{% macro email_or_null(bare) -%}
    case
        when {{ matches(bare, '^[^@ ,;<>"()]+@([a-z0-9]([a-z0-9-]*[a-z0-9])?[.])+[a-z][a-z0-9-]*[a-z]$') }} then {{ bare }}
    end
{%- endmacro %}

{#
    A name as it is compared: lower case, its words in alphabetical order, since systems write the family name first or
    last, no punctuation, no blanks, without the titles of persons and the legal forms of organisations that the seed
    `name_words` lists. NULL if nothing is left.
#}
{% macro name_key(expression) -%}
    {%- set words = names_to_drop() -%}
    {%- set bare = replaced("' ' || " ~ replaced("translate(lower(" ~ expression ~ "), '[]', '  ')", '[.,;:/&+()*_"-]+', ' ') ~ " || ' '", '[ ]+', ' ') -%}
    {%- set bare = replaced(bare, '( (' ~ words.words | join('|') ~ '))+ ', ' ') if words.words else bare -%}
    {%- set bare = replaced(bare, '(' ~ words.endings | join('|') ~ ')+ ', ' ') if words.endings else bare -%}
    nullif({{ sorted_words(bare) }}, '')
{%- endmacro %}

{#
    The words of the seed `name_words` as patterns that match just them: whole words, and endings of names that are written
    without blanks. Words with a character that no name has when it is compared are left out.
#}
{% macro names_to_drop() %}
    {%- set found = {'words': [], 'endings': []} -%}
    {%- set seed = ref('name_words') -%}
    {%- if execute and adapter.get_relation(seed.database, seed.schema, seed.identifier) -%}
        {%- for row in run_query('select word, place from ' ~ seed ~ ' order by length(word) desc, word') -%}
            {%- if not ['[', ']', '^', '\\'] | select('in', row[0]) | list -%}
                {%- set pattern = [] -%}
                {%- for letter in row[0] -%}{%- do pattern.append('[' ~ letter ~ ']' if letter in '.*+?(){}|$' else letter) -%}{%- endfor -%}
                {%- do found[row[1]].append(pattern | join) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}
