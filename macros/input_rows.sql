{% macro input_rows() -%}
    {%- set table = model.name | replace('input_', '', 1) -%}
    {%- set way = var('inputs').get(table, {}) -%}
    {%- if way.ref or way.source -%}
        {{ customer_segments.rows_of_relation(customer_segments.input_relation(way)) }}
    {%- else -%}
        {{ customer_segments.loaded_rows(table) }}
    {%- endif -%}
    {%- for vendor, tables in customer_segments.vendor_tables().items() if table in tables %}
    union all
    {{ customer_segments.rows_of_relation(ref(vendor ~ '_' ~ table), is_mapping=true) }}
    {%- endfor -%}
{%- endmacro %}
