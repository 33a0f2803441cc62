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
{%- endmacro %}
