{% macro normalise_email(column) -%}
    {%- set visible -%}
        lower(nfc_normalize(regexp_replace({{ half_width(column) }}, '\p{Cf}', '', 'g')))
    {%- endset -%}
    {%- set without_name -%}
        regexp_replace({{ visible }}, '^[^<]*<([^<>]*)>[\s\p{Z},;.]*$', '\1')
    {%- endset -%}
    {%- set bare -%}
        regexp_replace({{ without_name }}, '^(mailto:|[\s\p{Z}"''‹«(])+|[\s\p{Z}"''›»),;.]+$', '', 'g')
    {%- endset -%}
    nullif(regexp_extract({{ bare }}, '^[^@\s\p{Z},;<>"]+@[^@\s\p{Z},;<>"]+\.[^@\s\p{Z},;<>".]+$'), '')
{%- endmacro %}
