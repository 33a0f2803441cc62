{% macro whole_number(figure) -%}
    {{ return(adapter.dispatch('whole_number', 'customer_segments')(figure)) }}
{%- endmacro %}

{% macro duckdb__whole_number(figure) -%}
    cast(round({{ figure }}) as bigint)
{%- endmacro %}
