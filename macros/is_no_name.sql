{% macro is_no_name(column) -%}
    coalesce(not {{ customer_segments.matches(column, '^[a-z][a-z0-9_]*$') }}, true)
{%- endmacro %}
