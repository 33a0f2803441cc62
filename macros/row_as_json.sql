{% macro row_as_json(alias) -%}
    {{ return(adapter.dispatch('row_as_json', 'customer_segments')(alias)) }}
{%- endmacro %}

{% macro duckdb__row_as_json(alias) -%}
    cast(to_json({{ alias }}) as varchar)
{%- endmacro %}
