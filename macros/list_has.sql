{% macro list_has(column, value) -%}
    {{ return(adapter.dispatch('list_has', 'customer_segments')(column, value)) }}
{%- endmacro %}

{% macro duckdb__list_has(column, value) -%}
    coalesce(list_contains({{ column }}, '{{ value | replace("'", "''") }}'), false)
{%- endmacro %}
