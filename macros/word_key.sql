{% macro word_key(column) -%}
    regexp_replace(lower({{ column }}), '[^\p{L}\p{N}]', '', 'g')
{%- endmacro %}
