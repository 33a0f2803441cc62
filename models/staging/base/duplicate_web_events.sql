{{ duplicates('base_web_events', ['event_id']) }}
