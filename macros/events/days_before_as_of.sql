{% macro days_before_as_of(days) -%}
    cast({{ dbt.dateadd('day', -days, as_of()) }} as date)
{%- endmacro %}
