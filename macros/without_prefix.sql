{% macro without_prefix(column) -%}
    nullif(regexp_replace({{ column }}, {{ pattern('^[\\p{L}\\p{N}]+[^\\p{L}\\p{N}]+') }}, ''), {{ column }})
{%- endmacro %}
