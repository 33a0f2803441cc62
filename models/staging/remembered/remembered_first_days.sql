with undated_contacts as (

    select distinct contact_id
    from {{ ref('input_contacts') }}
    where contact_id is not null and created_at is null

),

erased_contacts as (

    select * from {{ ref('base_erased_contacts') }}

),

earlier_days as (

    {{ rows_before({'contact_id': 'varchar', 'first_delivered_on': 'date'}) }}

)

select
    contact_id,
    first_delivered_on
from earlier_days
union all
select
    undated_contacts.contact_id,
    {{ as_of() }} as first_delivered_on
from undated_contacts
left join erased_contacts on undated_contacts.contact_id = erased_contacts.contact_id
left join earlier_days on undated_contacts.contact_id = earlier_days.contact_id
where erased_contacts.contact_id is null and earlier_days.contact_id is null
