{% macro loaded_rows(table) -%}
    {{ return(adapter.dispatch('loaded_rows')(table)) }}
{%- endmacro %}

{% macro duckdb__loaded_rows(table) -%}
    {%- set files = wildcards_escaped(var('loaded_dir')) ~ '/' ~ table ~ '/*.parquet' -%}
    select *
    from read_parquet('{{ files | replace("'", "''") }}', hive_partitioning = false)
{%- endmacro %}
