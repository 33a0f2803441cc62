{% macro json_text(record, path) -%}
    {{ return(adapter.dispatch('json_text', 'customer_segments')(record, path)) }}
{%- endmacro %}

{% macro duckdb__json_text(record, path) -%}
    json_extract_string({{ record }}, '$."{{ path.split('.') | join('"."') }}"')
{%- endmacro %}
