{#- Vendors' exports are read on DuckDB only. -#}
{% macro not_on_this_engine(name) -%}
    {%- if execute -%}
    {{ exceptions.raise_compiler_error(
        "the macro " ~ name ~ " has no form for " ~ target.type ~ " yet: vendors' exports and text are read on DuckDB only"
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
