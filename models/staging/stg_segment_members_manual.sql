{{ staged(
    base='base_segment_members_manual',
    key=['segment', 'contact_id', 'action', 'changed_at'],
    columns=['source_file', 'segment', 'contact_id', 'action', 'changed_at', 'changed_by', 'reason']
) }}
