{{ staged(
    base='base_web_events',
    key=['event_id'],
    columns=[
        'source_file', 'event_id', 'contact_id', 'occurred_at', 'event_type', 'page_type', 'page_url', 'session_id',
        'seconds_on_page'
    ]
) }}
