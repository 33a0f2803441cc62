{{ staged(
    base='base_suppressions',
    key=['email', 'domain', 'email_hash', 'reason', 'suppressed_at'],
    columns=['source_file', 'email', 'domain', 'email_hash', 'reason', 'suppressed_at']
) }}
