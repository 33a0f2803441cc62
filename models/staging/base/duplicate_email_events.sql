{{ duplicates('base_email_events', ['event_id', 'contact_id', 'event_type']) }}
