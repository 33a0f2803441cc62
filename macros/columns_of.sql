{% macro columns_of(relation) -%}
    {{ return(adapter.dispatch('columns_of')(relation) if execute else []) }}
{%- endmacro %}

{% macro duckdb__columns_of(relation) -%}
    {#- Not by the adapter, which begins a transaction for it and leaves it open. -#}
    {%- set found = run_query(
        "select column_name, data_type from duckdb_columns() where schema_name = '" ~ relation.schema
        ~ "' and table_name = '" ~ relation.identifier ~ "' and database_name = '" ~ relation.database
        ~ "' order by column_index"
    ) -%}
    {%- set columns = [] -%}
    {%- for row in found.rows -%}
        {%- do columns.append({'name': row[0], 'data_type': row[1]}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}
