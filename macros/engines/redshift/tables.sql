{#- Not verified here: compare the published tables with DuckDB's, row by row, before you rely on it; docs/engines.md says how. -#}

{% macro redshift__prepare_engine() -%}
{%- endmacro %}

{% macro redshift__list_of_columns(relation) -%}
    {{ return(customer_segments.default__list_of_columns(relation)) }}
{%- endmacro %}

{% macro redshift__loaded_rows(table, by_name=false) -%}
    {{ customer_segments.default__loaded_rows(table, by_name) }}
{%- endmacro %}

{% macro redshift__list_of_loaded_files() -%}
    {{ customer_segments.default__list_of_loaded_files() }}
{%- endmacro %}

{% macro redshift__files_are_loaded() -%}
    {{ customer_segments.default__files_are_loaded() }}
{%- endmacro %}
