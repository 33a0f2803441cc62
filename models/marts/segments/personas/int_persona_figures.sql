{%- set families = var('persona_families') | join("', '") %}

-- A value of a family has no manual changes: its members are the contacts matched.
with members as (

    select
        contact_id,
        segment as persona
    from {{ ref('segment_rule_members') }}
    where family in ('{{ families }}')

),

contacts as (

    select * from {{ ref('dim_contacts') }}

),

permissions_by_contact as (

    select
        contact_id,
        max(case when channel = 'email' and is_allowed then 1 else 0 end) as is_email_allowed,
        max(case when channel = 'phone' and is_allowed then 1 else 0 end) as is_phone_allowed
    from {{ ref('contact_permissions') }}
    group by contact_id

),

-- The median age of half a dozen people is the age of one of them; rounded to five years it is nobody's.
figures as (

    select
        members.persona,
        count(*) as size,
        sum(contacts.total_amount) as total_amount,
        sum(permissions_by_contact.is_email_allowed) as contactable_count,
        sum(case when contacts.has_mobile_number then permissions_by_contact.is_phone_allowed else 0 end)
            as mobile_count,
        case
            when count(contacts.age) >= {{ var('split_minimum_size') }} then cast(5 * {{ whole_number(
                'percentile_cont(0.5) within group (order by cast(contacts.age as double)) / 5'
            ) }} as integer)
        end as typical_age,
        case
            when count(contacts.max_emails_per_month) >= {{ var('split_minimum_size') }}
                then percentile_cont(0.5) within group (order by cast(contacts.max_emails_per_month as double))
        end as typical_emails_per_month
    from members
    inner join contacts on members.contact_id = contacts.contact_id
    inner join permissions_by_contact on members.contact_id = permissions_by_contact.contact_id
    group by members.persona
    having count(*) >= {{ var('persona_minimum_size') }}

)

select
    persona,
    size,
    cast(total_amount as {{ dbt.type_numeric() }}) as total_amount,
    cast(contactable_count as double) / size as contactable_share,
    typical_age,
    typical_emails_per_month,
    case
        when 2 * contactable_count >= size then 'email'
        when 2 * mobile_count >= size then 'mobile phone'
        else 'post'
    end as typical_channel
from figures
