-- Whatever approaches contacts reads the one answer.
with messages as (

    {{ rows_if('using_campaigns', 'int_sequence_messages', {'contact_id': 'varchar', 'status': 'varchar'}) }}

),

offers as (

    {{ rows_if(
        'using_campaigns', 'contact_offers', {'contact_id': 'varchar', 'channel': 'varchar', 'offer': 'varchar'}
    ) }}

),

approached as (

    select distinct
        contact_id,
        'email' as channel,
        'int_sequence_messages' as source
    from messages
    where status in ('due', 'upcoming')
    union all
    select
        contact_id,
        channel,
        'contact_offers' as source
    from offers
    where offer is not null
    union all
    select
        contact_id,
        'email' as channel,
        'promotion_audience' as source
    from {{ ref('segment_members') }}
    where segment = 'promotion_audience' and source = 'rule'

),

permissions as (

    select * from {{ ref('contact_permissions') }}

)

select
    approached.*,
    permissions.reason
from approached
left join permissions
    on
        approached.contact_id = permissions.contact_id
        and approached.channel = permissions.channel
where not coalesce(permissions.is_allowed, false)
