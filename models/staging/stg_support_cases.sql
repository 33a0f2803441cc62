{{ staged(
    base='base_support_cases',
    key=['case_id'],
    columns=['source_file', 'case_id', 'contact_id', 'opened_at', 'closed_at', 'topic']
) }}
