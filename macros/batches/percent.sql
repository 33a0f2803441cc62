{% macro percent(share) -%}
    cast(cast(round(100 * {{ share }}) as bigint) as {{ dbt.type_string() }}) || ' %'
{%- endmacro %}
