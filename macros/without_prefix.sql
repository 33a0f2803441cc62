{% macro without_prefix(column) -%}
    nullif(regexp_replace({{ column }}, '^[\p{L}\p{N}]+[^\p{L}\p{N}]+', ''), {{ column }})
{%- endmacro %}
