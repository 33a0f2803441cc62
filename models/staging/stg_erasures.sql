{{ staged(
    base='base_erasures',
    key=['contact_id', 'requested_at'],
    columns=['source_file', 'contact_id', 'requested_at', 'is_confirmed', 'is_withdrawn']
) }}
