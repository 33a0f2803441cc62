{{ staged(
    base='base_suppressions',
    key=['email', 'reason', 'suppressed_at'],
    columns=['email', 'reason', 'suppressed_at']
) }}
