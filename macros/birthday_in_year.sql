{% macro birthday_in_year(birth_date, year) -%}
    cast({{ dbt.dateadd('year', year ~ ' - extract(year from ' ~ birth_date ~ ')', birth_date) }} as date)
{%- endmacro %}
