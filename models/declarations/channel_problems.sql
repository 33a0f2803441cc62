with channels as (

    select * from {{ ref('channels') }}

),

reasons as (

    select * from {{ ref('permission_reasons') }}

),

ignored_reasons as (

    select
        channel,
        {{ list_items("string_to_array(unaffected_by, '|')") }} as reason
    from channels
    where unaffected_by is not null

)

select
    'channels.csv has the channel ''' || coalesce(channel, '')
    || '''; use lower-case letters, digits and _' as problem
from channels
where {{ is_no_name('channel') }}
union all
select
    'channel ' || channel || ' needs the unknown address ' || address
    || '; use email, phone, mobile_number, postal_code, or none' as problem
from channels
where address not in ('email', 'phone', 'mobile_number', 'postal_code')
union all
select
    'channel ' || channel || ' is unaffected by ' || reason
    || ', which is no reason of permission_reasons.csv; correct or remove it' as problem
from ignored_reasons
where reason not in (select reasons.reason from reasons)
union all
select 'permission_reasons.csv has the priority ' || priority || ' ' || count(*) || ' times; keep one line' as problem
from reasons
group by priority
having count(*) > 1
union all
select 'channels.csv has no channel email, by which sequences and audience files go; restore its line' as problem
from channels
having count(case when channel = 'email' then 1 end) = 0
