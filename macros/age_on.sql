{% macro age_on(birth_date, day) -%}
    extract(year from {{ day }}) - extract(year from {{ birth_date }})
    - case
        when {{ customer_segments.birthday_in_year(birth_date, 'extract(year from ' ~ day ~ ')') }} > {{ day }} then 1
        else 0
    end
{%- endmacro %}
