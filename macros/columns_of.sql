{% macro columns_of(relation) -%}
    {%- set columns = [] -%}
    {%- if execute -%}
        {#- Not by the adapter, which begins a transaction for it on DuckDB and leaves it open. -#}
        {%- for row in run_query(customer_segments.list_of_columns(relation)).rows -%}
            {%- do columns.append({'name': row[0], 'data_type': row[1]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(columns) }}
{%- endmacro %}

{% macro list_of_columns(relation) -%}
    {{ return(adapter.dispatch('list_of_columns', 'customer_segments')(relation)) }}
{%- endmacro %}

{% macro duckdb__list_of_columns(relation) -%}
    select
        column_name,
        data_type
    from duckdb_columns()
    where
        schema_name = '{{ relation.schema }}'
        and table_name = '{{ relation.identifier }}'
        and database_name = '{{ relation.database }}'
    order by column_index
{%- endmacro %}
