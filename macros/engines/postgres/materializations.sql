{#- In one transaction, and with figures of its rows, without which PostgreSQL takes it for nearly empty. -#}
{% materialization table, adapter='postgres', supported_languages=['sql', 'python'] -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set table = this.incorporate(type='table') -%}
    {%- set draft = make_intermediate_relation(table) -%}
    {{ run_hooks(pre_hooks) }}
    {%- if model.language == 'python' -%}
        {%- call statement('main', language='python') -%}
            {{- compiled_code }}
        {%- endcall -%}
    {%- else -%}
        {%- call statement('main') -%}
            {{ create_table_as(False, draft, customer_segments.in_types_of_contract(sql)) }}
        {%- endcall -%}
    {%- endif -%}
    {%- if existing is not none -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- do adapter.rename_relation(draft, table) -%}
    {%- do persist_docs(table, model) -%}
    {%- do run_query('analyze ' ~ table) -%}
    {{ run_hooks(post_hooks) }}
    {%- do run_query('commit') -%}
    {{ return({'relations': [table]}) }}
{%- endmaterialization %}

{#- PostgreSQL counts and takes differences in types that are other than DuckDB's. -#}
{% macro in_types_of_contract(sql) -%}
    {%- if config.get('contract').enforced -%}
        select
        {%- for column in model.columns.values() %}
            cast({{ adapter.quote(column.name) }} as {{ column.data_type }}) as {{ adapter.quote(column.name) }}{{ ',' if not loop.last }}
        {%- endfor %}
        from (
            {{ sql }}
        ) as model_rows
    {%- else -%}
        {{ sql }}
    {%- endif -%}
{%- endmacro %}

{% materialization segment, adapter='postgres' -%}
    {%- do customer_segments.need_segment_settings() -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set segment = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks) }}
    {%- if existing is not none and not existing.is_view -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- if config.get('contract').enforced -%}
        {{ get_assert_columns_equivalent(sql) }}
    {%- endif -%}
    {%- call statement('main') -%}
        create or replace view {{ customer_segments.matched_contacts(this.identifier).render() }} as (
            {{ sql }}
        );
        create or replace view {{ segment }} as (
            {{ customer_segments.members_of_segment() }}
        );
    {%- endcall -%}
    {%- do persist_docs(segment, model) -%}
    {{ run_hooks(post_hooks) }}
    {%- do run_query('commit') -%}
    {{ return({'relations': [segment]}) }}
{%- endmaterialization %}

{#- What a run writes about itself is otherwise gone with the connection. -#}
{% macro postgres__keep_state() -%}
    {%- do run_query('commit') -%}
{%- endmacro %}

{#- The models say `double`; PostgreSQL's name for it has two words. -#}
{% macro postgres__prepare_engine() -%}
    do $$ begin
        if to_regtype('double') is null then create domain double as double precision; end if;
    end $$
{%- endmacro %}
