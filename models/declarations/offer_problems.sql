with offers as (

    select * from {{ ref('offers') }}

),

segment_offers as (

    select * from {{ ref('segment_offers') }}

),

channels as (

    select * from {{ ref('channels') }}

),

declared_segments as (

    select * from {{ ref('declared_segments') }}

),

withheld_segments as (

    select segment from declared_segments
    where not members_are_published

)

select 'offers.csv has a line without an offer; name it or remove the line' as problem
from offers
where offer is null
union all
select 'offer ' || offer || ' is in offers.csv twice; remove a line' as problem
from offers
group by offer
having count(offer) > 1
union all
select
    'offer ' || offer || ' has ' || coalesce('the channel ' || channel, 'no channel')
    || '; write one of channels.csv in offers.csv' as problem
from offers
where channel is null or channel not in (select channels.channel from channels)
union all
select 'offer ' || offer || ' has no label; write one in offers.csv' as problem
from offers
where label is null
union all
select 'offer ' || offer || ' has no message; write one in offers.csv' as problem
from offers
where message is null
union all
select 'segment ' || segment || ' has no priority in segment_offers.csv; write a whole number' as problem
from segment_offers
where priority is null
union all
select
    'segments ' || {{ dbt.listagg('segment', "' and '", 'order by segment') }} || ' have the same priority '
    || priority || ' in segment_offers.csv; which comes first?' as problem
from segment_offers
group by priority
having count(priority) > 1
union all
select
    'there is no segment ' || coalesce(segment, '(empty)')
    || ', which segment_offers.csv gives an offer; add it or remove the line' as problem
from segment_offers
where not {{ is_declared_segment('segment_offers.segment') }}
union all
select
    'segment ' || segment || ' gets the offer ' || coalesce(offer, '(empty)')
    || ' in segment_offers.csv, which is not in offers.csv; add it or remove the line' as problem
from segment_offers
where
    offer is null or offer not in (
        select offers.offer from offers
        where offers.offer is not null
    )
union all
select
    'segment ' || segment || ' gets an offer in segment_offers.csv, but its members are not published, and'
    || ' contact_offers would show them; offer it by a sequence, or remove the line' as problem
from segment_offers
where segment in (select withheld_segments.segment from withheld_segments)
