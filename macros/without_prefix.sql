{% macro without_prefix(column) -%}
    nullif({{ customer_segments.replace_matches(column, '^[\\p{L}\\p{N}]+[^\\p{L}\\p{N}]+') }}, {{ column }})
{%- endmacro %}
