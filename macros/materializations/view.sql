{% materialization view, adapter='duckdb' -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set view = this.incorporate(type='view') -%}
    {%- if existing is not none and not existing.is_view -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- if config.get('contract').enforced -%}
        {{ get_assert_columns_equivalent(sql) }}
        {#- In the order of the contract, as tables are made. -#}
        {%- set sql = get_select_subquery(sql) -%}
    {%- endif -%}
    {%- call statement('main', auto_begin=False) -%}
        begin;
        create or replace view {{ view }} as (
            {{ sql }}
        );
        {{ customer_segments.comments(view) }}
        commit;
    {%- endcall -%}
    {{ return({'relations': [view]}) }}
{%- endmaterialization %}
