{% macro text_literal(text) -%}
    {{ return(adapter.dispatch('text_literal', 'customer_segments')(text)) }}
{%- endmacro %}

{% macro default__text_literal(text) -%}
    {{ return(dbt.string_literal(dbt.escape_single_quotes(text))) }}
{%- endmacro %}
