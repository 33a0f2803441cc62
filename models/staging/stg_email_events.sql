{{ staged(
    base='base_email_events',
    key=['event_id', 'contact_id', 'event_type'],
    columns=[
        'source_file', 'event_id', 'contact_id', 'event_type', 'bounce_type', 'occurred_at', 'campaign_id', 'link_url',
        'is_machine_open'
    ]
) }}
