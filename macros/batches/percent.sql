{% macro percent(share) -%}
    cast({{ customer_segments.whole_number('100 * ' ~ share) }} as {{ dbt.type_string() }}) || ' %'
{%- endmacro %}
