{% macro days_before_as_of(days) -%}
    cast({{ dbt.dateadd('day', -days, customer_segments.as_of()) }} as date)
{%- endmacro %}
