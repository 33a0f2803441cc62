{% macro word_key(column) -%}
    regexp_replace(lower({{ column }}), {{ pattern('[^\\p{L}\\p{N}]') }}, '', 'g')
{%- endmacro %}
