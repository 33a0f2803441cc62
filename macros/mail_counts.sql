{% macro mail_counts() -%}
    count(mails.contact_id) as sent,
    count(distinct mails.contact_id) as recipient_count,
    count(case when mails.is_delivered then 1 end) as delivered,
    count(case when mails.is_opened then 1 end) as opened,
    count(case when mails.is_opened_by_machine_only then 1 end) as machine_opened,
    count(case when mails.is_clicked then 1 end) as clicked,
    count(case when mails.is_opened and mails.is_clicked then 1 end) as opened_and_clicked,
    count(case when mails.is_bounced then 1 end) as bounced,
    count(case when mails.is_unsubscribed then 1 end) as unsubscribed,
    count(case when mails.is_complained then 1 end) as complained,
    count(case when mails.credited_order_count > 0 then 1 end) as conversions,
    cast(coalesce(sum(mails.credited_order_count), 0) as bigint) as credited_order_count,
    cast(coalesce(sum(mails.revenue), 0) as decimal(18, 2)) as revenue
{%- endmacro %}
