{% macro loaded_rows(table) -%}
    {{ return(adapter.dispatch('loaded_rows')(table)) }}
{%- endmacro %}

{% macro duckdb__loaded_rows(table) -%}
    {%- set folder = var('loaded_dir') -%}
    {#- A wildcard in the name of the folder stands for itself. -#}
    {%- set pattern = modules.re.sub('([\\[*?])', '[\\1]', folder) ~ '/' ~ table ~ '/*.parquet' -%}
    {%- set listed = "'" ~ pattern | replace("'", "''") ~ "'" -%}
    {%- if execute and not run_query("select file from glob(" ~ listed ~ ") limit 1").rows -%}
        {{ exceptions.raise_compiler_error(
            "nothing is loaded in " ~ folder ~ "; run `segments load`, or make build") }}
    {%- endif -%}
    select *
    from read_parquet({{ listed }}, hive_partitioning = false)
{%- endmacro %}
