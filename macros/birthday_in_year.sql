{#- The date of a person's birthday in a year. Whoever was born on 29 February has it on 28 February
    in years that have no 29th: so it stays in its month, and adding years to a date gives it.
    birth_date: a date, NULL gives NULL.
    year: the year as a number. -#}
{% macro birthday_in_year(birth_date, year) -%}
    cast({{ dbt.dateadd('year', year ~ ' - extract(year from ' ~ birth_date ~ ')', birth_date) }} as date)
{%- endmacro %}
