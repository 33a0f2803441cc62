{% macro first_known(column, window, data_type=none) -%}
    {{ return(adapter.dispatch('first_known', 'customer_segments')(column, window, data_type)) }}
{%- endmacro %}

{% macro duckdb__first_known(column, window, data_type=none) -%}
    first_value({{ column }} ignore nulls) over {{ window }}
{%- endmacro %}
