{{ staged(
    base='base_segment_members_manual',
    key=['segment', 'contact_id', 'action', 'changed_at'],
    columns=['segment', 'contact_id', 'action', 'changed_at', 'changed_by', 'reason']
) }}
