{#- A hook without words, for not every engine takes a comment alone. -#}
{% macro built_after(model) -%}
{%- endmacro %}
