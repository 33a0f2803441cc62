with contacts as (

    select * from {{ ref('dim_contacts') }}

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
        -- Who told us to stop is not phoned either; whose mail does not arrive may be.
        case offers.channel
            when 'email' then contacts.is_mailable
            when 'phone'
                then
                    contacts.phone is not null
                    and coalesce(contacts.suppression_reason, 'bounced') in ('bounced', 'no_email')
            when 'website' then true
            else false
        end as is_reachable
    from members
    inner join segment_offers on members.segment = segment_offers.segment
    inner join offers on segment_offers.offer = offers.offer
    inner join contacts on members.contact_id = contacts.contact_id

),

best as (

    select
        *,
        row_number() over (
            partition by contact_id
            order by priority asc, segment asc
        ) as place
    from candidates
    where is_reachable

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
            then 'not reachable by the channels of the offers'
        else 'no segment with an offer'
    end as reason_for_none,
    {{ as_of() }} as as_of
from contacts
left join best on contacts.contact_id = best.contact_id and best.place = 1
