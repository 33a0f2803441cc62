with sequences as (

    select
        *,
        'sequence ' || sequence as subject
    from {{ ref('sequences') }}

),

steps as (

    select * from {{ ref('sequence_steps') }}

),

declared_segments as (

    select * from {{ ref('declared_segments') }}

),

fields as (

    select * from {{ ref('message_fields') }}

),

names as (

    select
        'sequence' as kind,
        sequence as name,
        'sequences.csv' as file_name
    from sequences
    union all
    select
        'field' as kind,
        field as name,
        'message_fields.csv' as file_name
    from fields

)

select kind || ' ' || name || ' is there ' || count(*) || ' times in ' || file_name || '; keep one' as problem
from names
group by kind, name, file_name
having count(*) > 1
union all
select
    kind || ' ' || coalesce(name, '(empty)') || ' of ' || file_name
    || ' is not a good name: use lower-case letters a-z, digits and _, beginning with a letter' as problem
from names
where {{ is_no_name('name') }}
union all
select subject || ' has no steps; add some to sequence_steps.csv' as problem
from sequences
where
    sequence not in (
        select steps.sequence from steps
        where steps.sequence is not null
    )
union all
select
    subject || ' has the unknown trigger ' || coalesce(trigger, '(empty)')
    || '; use signed_up, ordered, downloaded, birthday or entered_segment' as problem
from sequences
where coalesce(trigger, '') not in ('signed_up', 'ordered', 'downloaded', 'birthday', 'entered_segment')
union all
select
    subject || ' begins with the segment ' || coalesce(segment, '(empty)')
    || ', which does not exist; name one that the project declares' as problem
from sequences
where trigger = 'entered_segment' and not {{ is_declared_segment('sequences.segment') }}
union all
select
    subject || ' names the segment ' || segment || ' but begins with ' || trigger
    || '; use the trigger entered_segment or leave the segment empty' as problem
from sequences
where segment is not null and trigger in ('signed_up', 'ordered', 'downloaded', 'birthday')
union all
select subject || ' has the unknown goal ' || goal || '; use ordered, downloaded or demo_requested, or none' as problem
from sequences
where goal not in ('ordered', 'downloaded', 'demo_requested')
union all
select subject || ' has no day on which it starts; give a date such as 2026-06-01' as problem
from sequences
where starts_on is null
union all
select
    subject || ' has the cooldown_days ' || coalesce(cast(cooldown_days as {{ dbt.type_string() }}), '(empty)')
    || '; give a whole number from 0' as problem
from sequences
where coalesce(cooldown_days, -1) < 0
union all
select
    subject || ' has the priority ' || coalesce(cast(priority as {{ dbt.type_string() }}), '(empty)')
    || '; give a whole number from 0' as problem
from sequences
where coalesce(priority, -1) < 0
union all
select
    'field ' || field || ' of message_fields.csv is none that messages are filled with; use first_name,'
    || ' product_name, days_since_trigger, offer_code or last_name' as problem
from fields
where field not in ('first_name', 'product_name', 'days_since_trigger', 'offer_code', 'last_name')
union all
select 'field ' || field || ' has no fallback; give one in message_fields.csv' as problem
from fields
where fallback is null and field in ('first_name', 'product_name', 'offer_code', 'last_name')
