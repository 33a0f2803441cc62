{% macro numbers(count) -%}
    {%- for number in range(count) -%}
        select {{ number }} as number{{ ' union all ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
