{% macro word_key(column) -%}
    regexp_replace(lower({{ column }}), {{ customer_segments.pattern('[^\\p{L}\\p{N}]') }}, '', 'g')
{%- endmacro %}
