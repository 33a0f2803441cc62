with contacts as (

    select distinct contact_id
    from {{ ref('base_contacts') }}
    where contact_id is not null and (reject_reason is null or reject_reason not like 'erased%')

),

earlier_ids as (

    {{ rows_before({'contact_id': 'varchar', 'first_seen_on': 'date'}) }}

)

select
    contact_id,
    first_seen_on
from earlier_ids
union all
select
    contacts.contact_id,
    {{ as_of() }} as first_seen_on
from contacts
left join earlier_ids on contacts.contact_id = earlier_ids.contact_id
where earlier_ids.contact_id is null
