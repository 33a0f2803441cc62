{% macro contacts_who_stopped(events, day, within_days, not_for_days, where='true') -%}
    select contact_id
    from {{ ref(events) }}
    where ({{ where }}) and {{ day }} > {{ days_before_as_of(within_days) }}
    group by contact_id
    having max({{ day }}) <= {{ days_before_as_of(not_for_days) }}
{%- endmacro %}
