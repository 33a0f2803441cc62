{{ staged(
    base='base_contact_traits',
    key=['contact_id', 'trait', 'value', 'observed_at'],
    columns=['source_file', 'contact_id', 'trait', 'value', 'observed_at']
) }}
