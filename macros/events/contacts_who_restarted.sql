{% macro contacts_who_restarted(events, day, paused_from_days, paused_to_days, where='true') -%}
    {%- do customer_segments.need_whole_number('contacts_who_restarted', 'paused_to_days', paused_to_days, 1) -%}
    {%- do customer_segments.need_whole_number(
        'contacts_who_restarted', 'paused_from_days', paused_from_days, paused_to_days + 1,
        ', because the pause begins before it ends, and it ends paused_to_days ago'
    ) -%}
    select contact_id
    from {{ ref(events) }}
    where ({{ where }})
    group by contact_id
    having
        min({{ day }}) <= {{ customer_segments.days_before_as_of(paused_from_days) }}
        and max({{ day }}) > {{ customer_segments.days_before_as_of(paused_to_days) }}
        and count(
            case
                when
                    {{ day }} > {{ customer_segments.days_before_as_of(paused_from_days) }}
                    and {{ day }} <= {{ customer_segments.days_before_as_of(paused_to_days) }}
                    then 1
            end
        ) = 0
{%- endmacro %}
