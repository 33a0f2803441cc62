{% macro prepare_engine() -%}
    {{ return(adapter.dispatch('prepare_engine', 'customer_segments')()) }}
{%- endmacro %}

{% macro default__prepare_engine() -%}
{%- endmacro %}

{% macro keep_state() -%}
    {{ return(adapter.dispatch('keep_state', 'customer_segments')()) }}
{%- endmacro %}

{% macro default__keep_state() -%}
{%- endmacro %}
