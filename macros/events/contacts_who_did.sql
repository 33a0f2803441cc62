{% macro contacts_who_did(events, day, where='true', last_days=none, at_least=1, at_most=none) -%}
    {%- do customer_segments.need_whole_number('contacts_who_did', 'at_least', at_least, 1) -%}
    {%- if at_most is not none -%}
        {%- do customer_segments.need_whole_number('contacts_who_did', 'at_most', at_most, at_least, ', which is at_least') -%}
    {%- endif -%}
    {%- if last_days is not none -%}
        {%- do customer_segments.need_whole_number('contacts_who_did', 'last_days', last_days, 1) -%}
    {%- endif -%}
    select contact_id
    from {{ ref(events) }}
    where
        ({{ where }})
        {%- if last_days is not none %}
        and {{ day }} > {{ customer_segments.days_before_as_of(last_days) }}
        {%- endif %}
    group by contact_id
    having count(*) >= {{ at_least }}
    {%- if at_most is not none %} and count(*) <= {{ at_most }}{% endif %}
{%- endmacro %}
