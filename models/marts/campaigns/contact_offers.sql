with contacts as (

    select * from {{ ref('dim_contacts') }}

),

permissions as (

    select * from {{ ref('contact_permissions') }}

),

segment_members as (

    select * from {{ ref('segment_members') }}

),

segment_offers as (

    select * from {{ ref('segment_offers') }}

),

offers as (

    select * from {{ ref('offers') }}

),

member_offers as (

    select
        segment_members.contact_id,
        segment_members.segment,
        segment_offers.priority,
        offers.*,
        permissions.is_allowed
    from segment_members
    inner join segment_offers on segment_members.segment = segment_offers.segment
    inner join offers on segment_offers.offer = offers.offer
    inner join permissions
        on segment_members.contact_id = permissions.contact_id and offers.channel = permissions.channel

),

ranked_offers as (

    select
        *,
        row_number() over (
            partition by contact_id
            order by priority asc, segment asc
        ) as place
    from member_offers
    where is_allowed

)

select
    contacts.contact_id,
    ranked_offers.offer,
    ranked_offers.segment,
    ranked_offers.priority,
    ranked_offers.label,
    ranked_offers.label_fr,
    ranked_offers.message,
    ranked_offers.message_fr,
    ranked_offers.channel,
    ranked_offers.offer_code,
    ranked_offers.discount_percent,
    ranked_offers.valid_days,
    case
        when ranked_offers.contact_id is not null then null
        when contacts.contact_id in (select member_offers.contact_id from member_offers)
            then 'not to be approached by the channels of the offers'
        else 'no segment with an offer'
    end as reason_for_none,
    {{ as_of() }} as as_of
from contacts
left join ranked_offers on contacts.contact_id = ranked_offers.contact_id and ranked_offers.place = 1
