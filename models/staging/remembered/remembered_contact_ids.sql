with contacts as (

    select distinct contact_id
    from {{ ref('base_contacts') }}
    where contact_id is not null and (reject_reason is null or reject_reason not like 'erased%')

),

before as (

    {{ rows_before({'contact_id': 'varchar', 'first_seen_on': 'date'}) }}

)

select
    contact_id,
    first_seen_on
from before
union all
select
    contacts.contact_id,
    {{ as_of() }} as first_seen_on
from contacts
left join before on contacts.contact_id = before.contact_id
where before.contact_id is null
