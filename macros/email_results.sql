{% macro email_results() -%}
    {%- set rates = {
        'open_rate': ['opened', 'delivered'],
        'click_rate': ['clicked', 'delivered'],
        'click_to_open_rate': ['opened_and_clicked', 'opened'],
        'conversion_rate': ['conversions', 'delivered'],
    } -%}
    counts.sent,
    counts.recipient_count,
    counts.delivered,
    counts.opened,
    counts.machine_opened,
    counts.clicked,
    counts.opened_and_clicked,
    counts.bounced,
    counts.unsubscribed,
    counts.complained,
    counts.conversions,
    counts.credited_order_count,
    counts.revenue
    {%- for rate, (part, whole) in rates.items() %},
        cast(counts.{{ part }} as double) / nullif(counts.{{ whole }}, 0) as {{ rate }},
        {{ customer_segments.wilson_bound('counts.' ~ part, 'counts.' ~ whole, 'low') }} as {{ rate }}_low,
        {{ customer_segments.wilson_bound('counts.' ~ part, 'counts.' ~ whole, 'high') }} as {{ rate }}_high
    {%- endfor %}
{%- endmacro %}
