with members as (

    select * from {{ ref('segment_rule_members') }}

),

contacts as (

    select * from {{ ref('dim_contacts') }}

)

select
    members.segment,
    members.contact_id
from members
left join contacts on members.contact_id = contacts.contact_id
where contacts.contact_id is null
