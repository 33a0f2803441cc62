{% macro columns_of(relation) -%}
    {%- set columns = [] -%}
    {%- if execute -%}
        {%- for row in customer_segments.list_of_columns(relation) -%}
            {%- do columns.append({'name': row[0], 'data_type': row[1]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(columns) }}
{%- endmacro %}

{% macro list_of_columns(relation) -%}
    {{ return(adapter.dispatch('list_of_columns', 'customer_segments')(relation)) }}
{%- endmacro %}

{% macro default__list_of_columns(relation) -%}
    {%- set columns = [] -%}
    {%- for column in adapter.get_columns_in_relation(relation) -%}
        {%- do columns.append([column.name, column.data_type]) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{#- Not by the adapter, which begins a transaction for it and leaves it open. -#}
{% macro duckdb__list_of_columns(relation) -%}
    {%- set query -%}
    select
        column_name,
        data_type
    from duckdb_columns()
    where
        schema_name = '{{ relation.schema }}'
        and table_name = '{{ relation.identifier }}'
        and database_name = '{{ relation.database }}'
    order by column_index
    {%- endset -%}
    {{ return(run_query(query).rows) }}
{%- endmacro %}
