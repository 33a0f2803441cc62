{% macro loaded_rows(table, by_name=false) -%}
    {{ return(adapter.dispatch('loaded_rows')(table, by_name)) }}
{%- endmacro %}

{% macro duckdb__loaded_rows(table, by_name=false) -%}
    {%- set files = wildcards_escaped(var('loaded_dir')) ~ '/' ~ table ~ '/*.parquet' -%}
    select *
    from read_parquet(
        '{{ files | replace("'", "''") }}', hive_partitioning = false{{ ', union_by_name = true' if by_name }}
    )
{%- endmacro %}
