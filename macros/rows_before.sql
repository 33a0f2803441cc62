{% macro rows_before(columns) -%}
    {%- if execute and load_relation(this) is not none -%}
        select
            {{ columns.keys() | join(', ') }}
        from {{ this }}
    {%- else -%}
        {{ customer_segments.no_rows(columns) }}
    {%- endif -%}
{%- endmacro %}
