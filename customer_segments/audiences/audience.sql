-- What a file may say of the contacts of an audience, and whether $campaign may reach them.
with audience as (

    {audience}

),

-- A number that several contacts share would make the importer merge them.
phones as (
    select
        contact_id,
        case when has_mobile_number then international_number end as mobile_number
    from intermediate.int_contact_phones
    qualify count(*) over (partition by international_number) = 1
)

select
    coalesce(permissions.is_allowed, false) as is_allowed,
    permissions.reason,
    contacts.contact_id in (
        select held_out.contact_id
        from main.fct_contact_traits as held_out
        where held_out.trait = 'hold_out' and held_out.value = $campaign
    ) as is_held_out,
    contacts.email,
    names.first_name,
    names.last_name,
    phones.mobile_number,
    contacts.contact_id,
    audience.offer_code,
    audience.message_first_name,
    audience.product_name,
    audience.days_since_trigger,
    list_filter([
        if(names.is_first_name_replaced, 'first_name', null),
        if(names.is_last_name_replaced, 'last_name', null),
        if(audience.is_product_name_replaced, 'product_name', null)
    ], lambda field: field is not null) as replaced_fields
from audience
inner join main.dim_contacts as contacts on audience.contact_id = contacts.contact_id
inner join main.outgoing_names as names on audience.contact_id = names.contact_id
left join main.contact_permissions_now as permissions
    on audience.contact_id = permissions.contact_id and permissions.channel = 'email'
left join phones on audience.contact_id = phones.contact_id
order by contacts.contact_id
