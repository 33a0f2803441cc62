{%- set families = var('persona_families') | join("', '") %}
with contact_traits as (

    select * from {{ ref('persona_contact_traits') }}

),

-- A value of a family has no manual changes: its members are the contacts matched.
members as (

    select
        contact_id,
        family,
        segment as persona
    from {{ ref('segment_rule_members') }}
    where family in ('{{ families }}')

),

personas as (

    select
        family,
        persona,
        count(*) as size
    from members
    group by family, persona
    having count(*) >= {{ var('persona_minimum_size') }}

),

-- A family says nothing about itself.
members_with_value as (

    select
        members.family,
        members.persona,
        contact_traits.trait,
        contact_traits.value,
        min(contact_traits.value_label) as value_label,
        count(*) as member_count
    from members
    inner join contact_traits
        on
            members.contact_id = contact_traits.contact_id
            and members.family <> contact_traits.trait
    group by members.family, members.persona, contact_traits.trait, contact_traits.value

),

contacts_with_value as (

    select
        family,
        trait,
        value,
        min(value_label) as value_label,
        cast(sum(member_count) as bigint) as contact_count
    from members_with_value
    group by family, trait, value
    having sum(member_count) >= {{ var('persona_minimum_size') }}

),

known_traits as (

    select distinct
        contact_id,
        trait
    from contact_traits

),

family_contacts as (

    select distinct
        contact_id,
        family
    from members

),

-- A contact without a value of a trait is not known to lack it, and is left out of its shares. So is, by
-- the same token, a contact in no group of the family: champions are compared with other customers.
known_contacts as (

    select
        family_contacts.family,
        known_traits.trait,
        count(*) as known_contact_count
    from family_contacts
    inner join known_traits on family_contacts.contact_id = known_traits.contact_id
    group by family_contacts.family, known_traits.trait

),

known_members as (

    select
        members.persona,
        known_traits.trait,
        count(*) as known_count
    from members
    inner join known_traits on members.contact_id = known_traits.contact_id
    group by members.persona, known_traits.trait
    having count(*) >= {{ var('persona_minimum_size') }}

)

-- Traits that nobody in the group has are compared, too.
select
    personas.persona,
    personas.family,
    personas.size,
    contacts_with_value.trait,
    contacts_with_value.value,
    contacts_with_value.value_label,
    coalesce(members_with_value.member_count, 0) as member_count,
    known_members.known_count,
    contacts_with_value.contact_count,
    known_contacts.known_contact_count
from personas
inner join known_members on personas.persona = known_members.persona
inner join known_contacts
    on
        personas.family = known_contacts.family
        and known_members.trait = known_contacts.trait
inner join contacts_with_value
    on
        personas.family = contacts_with_value.family
        and known_members.trait = contacts_with_value.trait
left join members_with_value
    on
        personas.persona = members_with_value.persona
        and contacts_with_value.trait = members_with_value.trait
        and contacts_with_value.value = members_with_value.value
