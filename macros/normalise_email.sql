{% macro normalise_email(column) -%}
    {%- set visible = 'lower(' ~ customer_segments.composed(
        'regexp_replace(' ~ customer_segments.half_width(column) ~ ', ' ~ customer_segments.pattern('[\\p{Cf}]') ~ ", '', 'g')"
    ) ~ ')' -%}
    {%- set without_name -%}
        regexp_replace({{ visible }}, {{ customer_segments.pattern('^[^<]*<([^<>]*)>[\\s\\p{Z},;.]*$') }}, '\1')
    {%- endset -%}
    {%- set bare -%}
        regexp_replace(
            {{ without_name }},
            {{ customer_segments.pattern("^(mailto:|[\\s\\p{Z}\"''‹«(])+|[\\s\\p{Z}\"''›»),;.]+$") }}, '', 'g'
        )
    {%- endset -%}
    {{ customer_segments.first_match(bare, '^[^@\\s\\p{Z},;<>"]+@[^@\\s\\p{Z},;<>"]+\\.[^@\\s\\p{Z},;<>".]+$') }}
{%- endmacro %}
