{{ staged(
    base='base_erasures',
    key=['contact_id', 'requested_at'],
    columns=['contact_id', 'requested_at', 'is_confirmed', 'is_withdrawn']
) }}
