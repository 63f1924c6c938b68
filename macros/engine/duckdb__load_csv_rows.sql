{#
    Seeds on DuckDB: read as the CSV they are. The adapter's own macro lets the reader guess the quotes, and a seed whose
    words hold apostrophes can be guessed wrong.
#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {%- set sql -%}
        copy {{ this.render() }} from {{ sql_literal(adapter.get_seed_file_path(model)) }}
        (format csv, auto_detect false, header true, delimiter ',', quote '"', escape '"')
    {%- endset -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
{% endmacro %}
