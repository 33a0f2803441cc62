{% macro composed(text) -%}
    {{ return(adapter.dispatch('composed', 'customer_segments')(text)) }}
{%- endmacro %}

{% macro duckdb__composed(text) -%}
    nfc_normalize({{ text }})
{%- endmacro %}
