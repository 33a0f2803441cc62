{% macro email_outcomes() -%}
    coalesce(
            min(case when event_type = 'sent' then occurred_at end),
            min(case when event_type in ('delivered', 'bounced') then occurred_at end)
        ) as sent_at,
        coalesce(
            min(case when event_type = 'sent' then occurred_on end),
            min(case when event_type in ('delivered', 'bounced') then occurred_on end)
        ) as sent_on,
        max(case when event_type = 'bounced' then 1 else 0 end) as bounced,
        max(case when event_type = 'opened' and not is_machine_open then 1 else 0 end) as opened,
        max(case when event_type = 'opened' and is_machine_open then 1 else 0 end) as machine_opened,
        max(case when event_type = 'clicked' then 1 else 0 end) as clicked,
        max(case when event_type = 'unsubscribed' then 1 else 0 end) as unsubscribed,
        max(case when event_type = 'complained' then 1 else 0 end) as complained
{%- endmacro %}
