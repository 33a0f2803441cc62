with order_records as (

    select * from {{ vendor_rows('woocommerce', 'orders') }}

),

line_items as (

    select
        source_file,
        source_row_number,
        'woocommerce:' || {{ json_text('record', 'id') }} as order_id,
        {{ list_items(json_elements('record', 'line_items')) }} as item,
        {{ list_positions(json_elements('record', 'line_items')) }} as position
    from order_records

),

order_items as (

    select
        source_file,
        row_number() over (partition by source_file order by source_row_number, position) as source_row_number,
        order_id,
        -- The number of the line is the shop's own, so that it stays when a line before it goes.
        {{ json_text('item', 'id') }} as line_number_text,
        {{ json_text('item', 'product_id') }} as product_id,
        {{ json_text('item', 'name') }} as product_name,
        {{ json_text('item', 'quantity') }} as quantity_text,
        {{ json_text('item', 'subtotal') }} as subtotal_text,
        {{ parse_number(json_text('item', 'id'), 'integer') }} as line_number,
        {{ parse_number(json_text('item', 'quantity'), 'decimal(18, 3)') }} as quantity,
        {{ parse_number(json_text('item', 'subtotal'), 'decimal(14, 2)') }} as subtotal
    from line_items

),

priced_items as (

    select
        *,
        -- What a piece costs before discounts, which the order says.
        cast(subtotal / nullif(quantity, 0) as decimal(18, 8)) as unit_price
    from order_items

)

select
    order_id,
    line_number,
    nullif(product_id, '0') as product_id,
    {{ clean_text('product_name') }} as product_name,
    quantity,
    unit_price,
    source_file,
    source_row_number,
    {{ unread_values({
        'line_number': 'line_number_text',
        'quantity': 'quantity_text',
        'unit_price': 'case when subtotal is null then subtotal_text end',
    }) }} as unread_values
from priced_items
