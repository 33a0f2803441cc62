{% macro contacts_who_first_did(events, day, last_days, where='true') -%}
    {%- do customer_segments.need_whole_number('contacts_who_first_did', 'last_days', last_days, 1) -%}
    select contact_id
    from {{ ref(events) }}
    where ({{ where }})
    group by contact_id
    having min({{ day }}) > {{ customer_segments.days_before_as_of(last_days) }}
{%- endmacro %}
