{% macro is_no_name(column) -%}
    coalesce(not {{ matches(column, '^[a-z][a-z0-9_]*$') }}, true)
{%- endmacro %}
