with order_lines as (

    select * from {{ vendor_rows('shopify', 'orders') }}

),

order_items as (

    select
        'shopify:' || {{ shopify_order_key('name') }} as order_id,
        cast(row_number() over (partition by source_file, name order by source_row_number) as integer) as line_number,
        {{ without_apostrophe('"lineitem sku"') }} as product_id,
        {{ clean_text('"lineitem name"') }} as product_name,
        {{ parse_number('"lineitem quantity"', 'decimal(18, 3)') }} as quantity,
        {{ parse_number('"lineitem price"', 'decimal(18, 8)') }} as unit_price,
        source_file,
        source_row_number,
        "lineitem quantity" as quantity_text,
        "lineitem price" as unit_price_text
    from order_lines
    where {{ clean_text('"lineitem name"') }} is not null

)

select
    order_id,
    line_number,
    product_id,
    product_name,
    quantity,
    unit_price,
    source_file,
    source_row_number,
    {{ unread_values({'quantity': 'quantity_text', 'unit_price': 'unit_price_text'}) }} as unread_values
from order_items
