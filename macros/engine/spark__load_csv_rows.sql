{#
    Seeds on Spark. The adapter's own macro binds NULL as the text 'None'; here values are literals and NULL is NULL.
#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set types = model['config'].get('column_types', {}) -%}
    {%- set statements = [] -%}
    {%- for chunk in agate_table.rows | batch(1000) %}
        {%- set sql %}
insert into {{ this.render() }} values
            {%- for row in chunk %}
(
                {%- for name in agate_table.column_names -%}
                    {%- set value = row[name] -%}
                    {%- set literal = 'null' if value is none else "'" ~ (value | string | replace('\\', '\\\\') | replace("'", "\\'")) ~ "'" -%}
cast({{ literal }} as {{ types.get(name, adapter.convert_type(agate_table, loop.index0)) }}){{ ', ' if not loop.last }}
                {%- endfor -%}
){{ ',' if not loop.last }}
            {%- endfor %}
        {%- endset -%}
        {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
        {%- do statements.append(sql) -%}
    {%- endfor %}
    {{ return(statements[0]) }}
{% endmacro %}
