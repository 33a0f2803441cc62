-- The shop's own, which its reports read.
select
    order_number as order_id,
    person_id as contact_id,
    cast(bought_at as timestamp) as ordered_at,
    amount as total_amount,
    currency,
    status
from {{ ref('webshop_orders') }}
