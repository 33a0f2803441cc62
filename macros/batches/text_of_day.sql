{% macro text_of_day(day) -%}
    cast({{ day }} as {{ dbt.type_string() }})
{%- endmacro %}
