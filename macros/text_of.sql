{% macro text_of(rows, column) -%}
    coalesce(cast({{ rows }}.{{ column }} as varchar), {{ customer_segments.unread_value(column, rows) }})
{%- endmacro %}
