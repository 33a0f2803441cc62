{% macro prepare_engine() -%}
    {{ return(adapter.dispatch('prepare_engine')()) }}
{%- endmacro %}

{% macro default__prepare_engine() -%}
{%- endmacro %}

{% macro keep_state() -%}
    {{ return(adapter.dispatch('keep_state')()) }}
{%- endmacro %}

{% macro default__keep_state() -%}
{%- endmacro %}
