{#- A person's age in completed years; it grows on the birthday that birthday_in_year gives.
    birth_date: a date, NULL gives NULL.
    day: the date on which the age is asked. -#}
{% macro age_on(birth_date, day) -%}
    extract(year from {{ day }}) - extract(year from {{ birth_date }})
    - case
        when {{ birthday_in_year(birth_date, 'extract(year from ' ~ day ~ ')') }} > {{ day }} then 1
        else 0
    end
{%- endmacro %}
