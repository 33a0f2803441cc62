-- Contacts whose message of $step of $sequence is due, which int_sequence_messages decided.
select
    contact_id,
    offer_code,
    first_name as message_first_name,
    product_name,
    days_since_trigger,
    is_product_name_replaced
from main.message_personalisation
where sequence = $sequence and step = $step
