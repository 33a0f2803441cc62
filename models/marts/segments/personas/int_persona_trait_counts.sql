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
member_traits as (

    select
        members.family,
        members.persona,
        members.contact_id,
        contact_traits.trait,
        contact_traits.value,
        contact_traits.value_label
    from members
    inner join contact_traits
        on
            members.contact_id = contact_traits.contact_id
            and members.family <> contact_traits.trait

),

-- A contact without a value of a trait is not known to lack it, and is left out of its shares. So is, by
-- the same token, a contact in no group of the family: champions are compared with other customers.
known_contacts as (

    select
        family,
        trait,
        count(distinct contact_id) as known_contact_count
    from member_traits
    group by family, trait

),

known_members as (

    select
        persona,
        trait,
        count(distinct contact_id) as known_count
    from member_traits
    group by persona, trait
    having count(distinct contact_id) >= {{ var('persona_minimum_size') }}

),

contacts_with_value as (

    select
        family,
        trait,
        value,
        min(value_label) as value_label,
        count(*) as contact_count
    from member_traits
    group by family, trait, value
    having count(*) >= {{ var('persona_minimum_size') }}

),

members_with_value as (

    select
        persona,
        trait,
        value,
        count(*) as member_count
    from member_traits
    group by persona, trait, value

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
