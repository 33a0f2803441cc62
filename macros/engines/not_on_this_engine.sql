{#- Vendors' exports are read on DuckDB only, files there and on PostgreSQL. -#}
{% macro not_on_this_engine(name, why="vendors' exports and text are read on DuckDB only") -%}
    {%- if execute -%}
    {{ exceptions.raise_compiler_error(
        "the macro " ~ name ~ " has no form for " ~ target.type ~ " yet: " ~ why
    ) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__parse_list(column) -%}
    {{ customer_segments.not_on_this_engine('parse_list') }}
{%- endmacro %}

{% macro default__parse_number(column, data_type) -%}
    {{ customer_segments.not_on_this_engine('parse_number') }}
{%- endmacro %}

{% macro default__parse_date(column) -%}
    {{ customer_segments.not_on_this_engine('parse_date') }}
{%- endmacro %}

{% macro default__parse_timestamp(column) -%}
    {{ customer_segments.not_on_this_engine('parse_timestamp') }}
{%- endmacro %}

{% macro default__json_text(record, path) -%}
    {{ customer_segments.not_on_this_engine('json_text') }}
{%- endmacro %}

{% macro default__json_elements(record, path) -%}
    {{ customer_segments.not_on_this_engine('json_elements') }}
{%- endmacro %}

{% macro default__true_columns(alias) -%}
    {{ customer_segments.not_on_this_engine('true_columns') }}
{%- endmacro %}

{% macro default__list_positions(column) -%}
    {{ customer_segments.not_on_this_engine('list_positions') }}
{%- endmacro %}

{% macro default__read_vendor_date(text, vendor) -%}
    {{ customer_segments.not_on_this_engine('read_vendor_date') }}
{%- endmacro %}

{% macro default__read_vendor_timestamp(text, vendor) -%}
    {{ customer_segments.not_on_this_engine('read_vendor_timestamp') }}
{%- endmacro %}

{% macro default__unread_values(values) -%}
    {{ customer_segments.not_on_this_engine('unread_values') }}
{%- endmacro %}

{% macro default__loaded_rows(table, by_name=false) -%}
    {{ customer_segments.not_on_this_engine('loaded_rows', 'files are read on DuckDB and PostgreSQL only; say loaded_dir: null where tables fill all inputs') }}
{%- endmacro %}

{% macro default__list_of_loaded_files() -%}
    {{ customer_segments.not_on_this_engine('list_of_loaded_files', 'files are read on DuckDB and PostgreSQL only; say loaded_dir: null where tables fill all inputs') }}
{%- endmacro %}

{% macro default__files_are_loaded() -%}
    {{ customer_segments.not_on_this_engine('files_are_loaded', 'files are read on DuckDB and PostgreSQL only; say loaded_dir: null where tables fill all inputs') }}
{%- endmacro %}
