{% macro vendor_event_id(vendor, columns) -%}
    '{{ vendor }}:' || left({{ customer_segments.sha256_of("concat_ws('|', coalesce(" ~ columns | join(", ''), coalesce(") ~ ", ''))") }}, 32)
{%- endmacro %}
