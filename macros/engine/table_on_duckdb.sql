{#- How a table is built on DuckDB: in its own name, in one transaction.

    dbt-duckdb builds under another name and swaps, so that readers of the old table are not disturbed. Nobody reads a
    build before it is published, and the two statements and two contexts of the swap took a fifth of a small model's time.
-#}
{% materialization table, adapter='duckdb' %}
    {%- set old = load_cached_relation(this) -%}
    {%- set new = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- if old is not none -%}
        {%- do adapter.drop_relation(old) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        {{ create_table_as(False, new, compiled_code) }}
    {%- endcall -%}
    {%- do persist_docs(new, model) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ return({'relations': [new]}) }}
{% endmaterialization %}
