{% macro email_counts() -%}
    count(emails.contact_id) as sent,
    count(distinct emails.contact_id) as recipient_count,
    count(case when emails.is_delivered then 1 end) as delivered,
    count(case when emails.is_opened then 1 end) as opened,
    count(case when emails.is_opened_by_machine_only then 1 end) as machine_opened,
    count(case when emails.is_clicked then 1 end) as clicked,
    count(case when emails.is_opened and emails.is_clicked then 1 end) as opened_and_clicked,
    count(case when emails.is_bounced then 1 end) as bounced,
    count(case when emails.is_unsubscribed then 1 end) as unsubscribed,
    count(case when emails.is_complained then 1 end) as complained,
    count(case when emails.credited_order_count > 0 then 1 end) as conversions,
    cast(coalesce(sum(emails.credited_order_count), 0) as bigint) as credited_order_count,
    cast(coalesce(sum(emails.revenue), 0) as decimal(18, 2)) as revenue
{%- endmacro %}
