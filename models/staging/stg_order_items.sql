{{ staged(
    base='base_order_items',
    key=['order_id', 'line_number'],
    columns=[
        'source_file', 'order_id', 'line_number', 'product_id', 'product_name', 'category', 'quantity', 'unit_price'
    ]
) }}
