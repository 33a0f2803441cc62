{% macro collect_list(column) -%}
    {{ return(adapter.dispatch('collect_list', 'customer_segments')(column)) }}
{%- endmacro %}

{% macro duckdb__collect_list(column) -%}
    list_sort(list(distinct {{ column }}) filter (where {{ column }} is not null))
{%- endmacro %}
