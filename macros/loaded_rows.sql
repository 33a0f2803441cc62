{% macro loaded_rows(table, by_name=false) -%}
    {%- if var('loaded_dir') -%}
        {{ return(adapter.dispatch('loaded_rows', 'customer_segments')(table, by_name)) }}
    {%- endif -%}
    {%- set columns = {} -%}
    {%- for column in model.columns.values() -%}{%- do columns.update({column.name: column.data_type}) -%}{%- endfor -%}
    {{ customer_segments.no_rows(columns) }}
{%- endmacro %}

{% macro duckdb__loaded_rows(table, by_name=false) -%}
    {%- set files = customer_segments.wildcards_escaped(var('loaded_dir')) ~ '/' ~ table ~ '/*.parquet' -%}
    select *
    from read_parquet(
        '{{ files | replace("'", "''") }}', hive_partitioning = false{{ ', union_by_name = true' if by_name }}
    )
{%- endmacro %}
