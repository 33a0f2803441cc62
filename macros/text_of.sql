{% macro text_of(rows, column) -%}
    coalesce(cast({{ rows }}.{{ column }} as varchar), {{ unread_value(column, rows) }})
{%- endmacro %}
