{% macro normalise_email(column) -%}
    {%- set visible = customer_segments.replace_matches(customer_segments.half_width(column), '[\\p{Cf}]') -%}
    {%- set without_name = customer_segments.replace_matches(
        'lower(' ~ customer_segments.composed(visible) ~ ')', '^[^<]*<([^<>]*)>[\\s\\p{Z},;.]*$', '\\1'
    ) -%}
    {%- set bare = customer_segments.replace_matches(
        without_name, "^(mailto:|[\\s\\p{Z}\"''‹«(])+|[\\s\\p{Z}\"''›»),;.]+$"
    ) -%}
    {{ customer_segments.first_match(bare, '^[^@\\s\\p{Z},;<>"]+@[^@\\s\\p{Z},;<>"]+\\.[^@\\s\\p{Z},;<>".]+$') }}
{%- endmacro %}
