{% macro read_vendor_date(text, vendor) -%}
    {{ return(adapter.dispatch('read_vendor_date', 'customer_segments')(text, vendor)) }}
{%- endmacro %}

{% macro duckdb__read_vendor_date(text, vendor) -%}
    {%- set day = duckdb__vendor_wall_clock("split_part(" ~ customer_segments.clean_text(text) ~ ", 'T', 1)", vendor) -%}
    cast(case when {{ day }} >= timestamp '1900-01-01' then {{ day }} end as date)
{%- endmacro %}
