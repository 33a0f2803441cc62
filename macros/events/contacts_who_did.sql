{% macro contacts_who_did(events, day, where='true', last_days=none, at_least=1, at_most=none) -%}
    select contact_id
    from {{ ref(events) }}
    where
        ({{ where }})
        {%- if last_days is not none %}
        and {{ day }} > {{ days_before_as_of(last_days) }}
        {%- endif %}
    group by contact_id
    having count(*) >= {{ at_least }}
    {%- if at_most is not none %} and count(*) <= {{ at_most }}{% endif %}
{%- endmacro %}
