with contacts as (

    select * from {{ ref('dim_contacts') }}

),

permissions as (

    select * from {{ ref('contact_permissions') }}

),

members as (

    select * from {{ ref('segment_members') }}

),

segment_offers as (

    select * from {{ ref('segment_offers') }}

),

offers as (

    select * from {{ ref('offers') }}

),

candidates as (

    select
        members.contact_id,
        members.segment,
        segment_offers.priority,
        offers.*,
        permissions.is_allowed
    from members
    inner join segment_offers on members.segment = segment_offers.segment
    inner join offers on segment_offers.offer = offers.offer
    inner join permissions on members.contact_id = permissions.contact_id and offers.channel = permissions.channel

),

best as (

    select
        *,
        row_number() over (
            partition by contact_id
            order by priority asc, segment asc
        ) as place
    from candidates
    where is_allowed

)

select
    contacts.contact_id,
    best.offer,
    best.segment,
    best.priority,
    best.label,
    best.message,
    best.channel,
    best.offer_code,
    best.discount_percent,
    best.valid_days,
    case
        when best.contact_id is not null then null
        when contacts.contact_id in (select candidates.contact_id from candidates)
            then 'not to be approached by the channels of the offers'
        else 'no segment with an offer'
    end as reason_for_none,
    {{ as_of() }} as as_of
from contacts
left join best on contacts.contact_id = best.contact_id and best.place = 1
