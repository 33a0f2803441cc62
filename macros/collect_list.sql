{#- The different values of a column in a group as a sorted list, NULL when there is none.
    column: the values; NULL is left out. -#}
{% macro collect_list(column) -%}
    {{ return(adapter.dispatch('collect_list')(column)) }}
{%- endmacro %}

{% macro duckdb__collect_list(column) -%}
    list_sort(list(distinct {{ column }}) filter (where {{ column }} is not null))
{%- endmacro %}
