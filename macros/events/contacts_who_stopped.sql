{% macro contacts_who_stopped(events, day, within_days, not_for_days, where='true') -%}
    {%- do customer_segments.need_whole_number('contacts_who_stopped', 'not_for_days', not_for_days, 1) -%}
    {%- do customer_segments.need_whole_number(
        'contacts_who_stopped', 'within_days', within_days, not_for_days + 1,
        ', because the days of not_for_days are among them'
    ) -%}
    select contact_id
    from {{ ref(events) }}
    where ({{ where }}) and {{ day }} > {{ customer_segments.days_before_as_of(within_days) }}
    group by contact_id
    having max({{ day }}) <= {{ customer_segments.days_before_as_of(not_for_days) }}
{%- endmacro %}
