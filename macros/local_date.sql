{% macro local_date(moment) -%}
    cast({{ customer_segments.local_time(moment) }} as date)
{%- endmacro %}
