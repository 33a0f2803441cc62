{% macro input_rows() -%}
    {%- set table = model.name | replace('input_', '', 1) -%}
    {%- set way = var('inputs').get(table, {}) -%}
    {%- if way.ref -%}
        {{ rows_of_relation(ref(way.ref)) }}
    {%- elif way.source -%}
        {{ rows_of_relation(source(way.source[0], way.source[1])) }}
    {%- else -%}
        {{ loaded_rows(table) }}
    {%- endif -%}
    {%- for vendor, tables in vendor_tables().items() if table in tables %}
    union all
    {{ rows_of_relation(ref(vendor ~ '_' ~ table), is_mapping=true) }}
    {%- endfor -%}
{%- endmacro %}
