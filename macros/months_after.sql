{#- The date that many calendar months after a date; the last day of the month where the day does
    not exist there (one month after 31 January is 28 or 29 February).
    day: a date, NULL gives NULL.
    months: how many. -#}
{% macro months_after(day, months) -%}
    cast({{ dbt.dateadd('month', months, day) }} as date)
{%- endmacro %}
