-- The members of $segments, each once.
select distinct
    members.contact_id,
    case when offers.channel = 'email' then offers.offer_code end as offer_code,
    null as message_first_name,
    null as product_name,
    null as days_since_trigger,
    false as is_product_name_replaced
from (
    select contact_id, segment from published.main.segment_members
    union all
    select contact_id, segment from main.withheld_segment_members
) as members
left join offers on members.contact_id = offers.contact_id
where list_contains($segments, members.segment)
