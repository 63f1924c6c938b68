{#- How a table is built on DuckDB: in its own name, in one transaction, so that a model that fails leaves its old table.

    dbt-duckdb builds under another name and swaps, so that readers of the old table are not disturbed. Nobody reads a
    build before it is published, and the swap costs two more statements, each with a context of macros of its own.
-#}
{% materialization table, adapter='duckdb' %}
    {%- set old = load_cached_relation(this) -%}
    {%- set new = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- if old is not none -%}
        {#- Not adapter.drop_relation, which does not begin the transaction. -#}
        {%- call statement('drop_old') -%}
            drop {{ old.type }} if exists {{ old }} cascade
        {%- endcall -%}
        {%- do adapter.cache_dropped(old) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        {{ create_table_as(False, new, compiled_code) }}
    {%- endcall -%}
    {%- do create_indexes(new) -%}
    {%- do persist_docs(new, model) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [new]}) }}
{% endmaterialization %}
