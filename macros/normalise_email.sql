{% macro normalise_email(column) -%}
    {%- set visible = 'lower(' ~ composed(
        'regexp_replace(' ~ half_width(column) ~ ', ' ~ pattern('[\\p{Cf}]') ~ ", '', 'g')"
    ) ~ ')' -%}
    {%- set without_name -%}
        regexp_replace({{ visible }}, {{ pattern('^[^<]*<([^<>]*)>[\\s\\p{Z},;.]*$') }}, '\1')
    {%- endset -%}
    {%- set bare -%}
        regexp_replace(
            {{ without_name }},
            {{ pattern("^(mailto:|[\\s\\p{Z}\"''‹«(])+|[\\s\\p{Z}\"''›»),;.]+$") }}, '', 'g'
        )
    {%- endset -%}
    {{ first_match(bare, '^[^@\\s\\p{Z},;<>"]+@[^@\\s\\p{Z},;<>"]+\\.[^@\\s\\p{Z},;<>".]+$') }}
{%- endmacro %}
