{% macro text_as_json(column) -%}
    {{ return(adapter.dispatch('text_as_json', 'customer_segments')(column)) }}
{%- endmacro %}

{% macro duckdb__text_as_json(column) -%}
    cast(to_json({{ column }}) as varchar)
{%- endmacro %}
