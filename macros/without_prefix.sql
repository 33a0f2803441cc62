{% macro without_prefix(column) -%}
    nullif(regexp_replace({{ column }}, {{ customer_segments.pattern('^[\\p{L}\\p{N}]+[^\\p{L}\\p{N}]+') }}, ''), {{ column }})
{%- endmacro %}
