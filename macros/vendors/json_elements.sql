{% macro json_elements(record, path) -%}
    {{ return(adapter.dispatch('json_elements', 'customer_segments')(record, path)) }}
{%- endmacro %}

{% macro duckdb__json_elements(record, path) -%}
    json_extract({{ record }}, '$."{{ path.split('.') | join('"."') }}"[*]')
{%- endmacro %}
