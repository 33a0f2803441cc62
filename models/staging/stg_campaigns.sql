{{ staged(
    base='base_campaigns',
    key=['campaign_id'],
    columns=[
        'source_file', 'campaign_id', 'name', 'topic', 'channel', 'offer', 'sequence', 'sequence_step', 'sent_at'
    ]
) }}
