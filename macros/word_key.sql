{% macro word_key(column) -%}
    {{ customer_segments.replace_matches('lower(' ~ column ~ ')', '[^\\p{L}\\p{N}]') }}
{%- endmacro %}
