{#- A text without the white space around it (blanks, tabs, line ends, no-break spaces); NULL when
    nothing is left.
    column: the raw text. -#}
{% macro clean_text(column) -%}
    nullif(trim({{ column }}, {{ "' ' || chr(9) || chr(10) || chr(13) || chr(160)" }}), '')
{%- endmacro %}
