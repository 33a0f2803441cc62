{{ staged(
    base='base_orders',
    key=['order_id'],
    columns=[
        'source_file', 'order_id', 'contact_id', 'ordered_at', 'status', 'currency', 'exchange_rate', 'total_amount',
        'discount_amount'
    ]
) }}
