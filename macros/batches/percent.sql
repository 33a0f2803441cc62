{% macro percent(share) -%}
    cast({{ whole_number('100 * ' ~ share) }} as {{ dbt.type_string() }}) || ' %'
{%- endmacro %}
