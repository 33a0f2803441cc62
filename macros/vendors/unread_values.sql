{% macro unread_values(values) -%}
    {{ return(adapter.dispatch('unread_values', 'customer_segments')(values)) }}
{%- endmacro %}

{% macro duckdb__unread_values(values) -%}
    {#- A merge leaves out what is NULL. -#}
    nullif(cast(json_merge_patch('{}', json_object(
        {%- for column, text in values.items() %}
        '{{ column }}', case when {{ column }} is null then {{ customer_segments.clean_text(text) }} end{{ ',' if not loop.last }}
        {%- endfor %}
    )) as varchar), '{}')
{%- endmacro %}
