{% macro identifier_in(column) -%}
    {#- A phone number has a + or is written in groups: 079 123 45 67, 06 12 34 56 78. -#}
    {%- set phone_numbers = [
        '\\+\\d(?:[ ()./-]{0,2}\\d){8,13}',
        '(?:^|[^\\w.,/-])0[1-9]\\d(?:[ ./-]\\d{2,3}){3}(?:\\W|$)',
        '(?:^|[^\\w.,/-])0[1-9](?:[ ./-]\\d{2}){4}(?:\\W|$)',
    ] -%}
    case
        when {{ customer_segments.matches(column, '[^@\\s]+@[^@\\s]+\\.[a-z]{2,}', any_case=true) }} then 'an email address'
        when {{ customer_segments.matches(column, phone_numbers | join('|')) }} then 'a phone number'
    end
{%- endmacro %}
