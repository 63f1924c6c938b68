{# Text expressions for the columns of source systems: what renaming cannot do. #}

{# Epoch time in the given parts of a second as ISO text in UTC; any other text, as in an Excel export, as it is. #}
{% macro epoch_or_text(expression, per_second) -%}
    case
        when {{ matches(expression, '^[0-9]{' ~ (13 if per_second == 1000 else 16) ~ '}$') }} then {{ epoch_text(expression, per_second) }}
        else {{ trimmed(expression) }}
    end
{%- endmacro %}

{# The only or first value of an array that was landed as JSON text, ["1007"]; other text as it is. #}
{% macro first_of_array(expression) -%}
    {{ trimmed(replaced("translate(" ~ expression ~ ", '[]\"', '')", ',.*$', '')) }}
{%- endmacro %}

{# Minutes, as text, of a duration "mm:ss"; a plain number of minutes as it is. #}
{% macro minutes_of_clock(expression) -%}
    case
        when {{ matches(expression, '^[0-9]{1,4}:[0-5][0-9]$') }}
            then cast(
                cast({{ replaced(expression, ':.*$', '') }} as decimal(10, 4))
                + cast(cast({{ replaced(expression, '^.*:', '') }} as double) / 60 as decimal(10, 4)) as {{ dbt.type_string() }}
            )
        else {{ trimmed(expression) }}
    end
{%- endmacro %}

{# The source system whose customers and orders the web site's user ids and transaction ids name, as a SQL literal. #}
{% macro web_shop_source() -%}
    {{ sql_literal(var("web_shop_source")) }}
{%- endmacro %}

{# Place, typed columns and their problems, of one relation, some of them replaced: {name: expression}. #}
{% macro typed_names(columns, relation, replacements) %}
        {{ relation }}._file,
        {{ relation }}._line
    {%- for column in columns -%},
        {{ replacements.get(column.name, relation ~ '.' ~ column.name) }} as {{ column.name }}
        {%- if column.config.meta.get('is_required', false) or column.data_type not in ('text', 'name') -%},
        {{ replacements.get(column.name ~ '__problem', relation ~ '.' ~ column.name ~ '__problem') }} as {{ column.name }}__problem
        {%- endif -%}
    {%- endfor %}
{%- endmacro %}

{# The first of several fields of JSON objects that is there: [[column, path], ...]. #}
{% macro first_json_field(places) -%}
    coalesce({% for column, path in places %}{{ json_field(column, path) }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}
