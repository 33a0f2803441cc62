{% macro unread_value(column, rows=none) -%}
    {{ return(adapter.dispatch('unread_value', 'customer_segments')(column, rows)) }}
{%- endmacro %}

{% macro duckdb__unread_value(column, rows=none) -%}
    json_extract_string({{ rows ~ '.' if rows }}unread_values, '$.{{ column }}')
{%- endmacro %}
