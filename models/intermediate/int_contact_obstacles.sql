{{ config(materialized='table') }}

with contacts as (

    select * from {{ ref('int_contacts_resolved') }}

),

birthdays as (

    select * from {{ ref('int_contact_birthdays') }}

),

refusals as (

    select * from {{ ref('int_contact_refusals') }}

),

manual_exclusions as (

    select * from {{ ref('int_contact_manual_exclusions') }}

),

manual_changes as (

    select * from {{ ref('int_segment_manual_changes') }}

),

relationships as (

    select * from {{ ref('relationships') }}

),

-- A contact made a supplier manually is one, whatever the contact's row says, and the other way round.
unpromoted_relationships as (

    select
        contacts.contact_id,
        case when manual_changes.action = 'add' then {{ local_date('manual_changes.changed_at') }} end as added_on
    from contacts
    cross join relationships
    left join manual_changes
        on
            contacts.contact_id = manual_changes.contact_id
            and relationships.segment = manual_changes.segment
    where
        not relationships.is_promoted_to
        and (
            manual_changes.action = 'add'
            or (
                coalesce(contacts.relationship, 'contact') = relationships.relationship
                and manual_changes.contact_id is null
            )
        )

),

obstacles as (

    select
        contact_id,
        reason,
        refused_on as since_on
    from refusals
    union all
    select
        contact_id,
        reason,
        excluded_on as since_on
    from manual_exclusions
    union all
    select
        contact_id,
        'relationship' as reason,
        added_on as since_on
    from unpromoted_relationships
    union all
    select
        contact_id,
        'wishes_no_email' as reason,
        cast(null as date) as since_on
    from contacts
    where max_emails_per_month <= 0
    union all
    -- By the age on the first of the month, and since no day of its own: nothing published may tell a birthday.
    select
        contact_id,
        'under_age' as reason,
        cast(null as date) as since_on
    from birthdays
    where age < {{ var('minimum_age') }}
    {% if not var('unknown_age_is_allowed') %}
        union all
        select
            contact_id,
            'age_unknown' as reason,
            cast(null as date) as since_on
        from birthdays
        where age is null
    {% endif %}

)

select
    contacts.contact_id,
    obstacles.reason,
    coalesce(max(obstacles.since_on), contacts.created_on) as since_on
from contacts
inner join obstacles on contacts.contact_id = obstacles.contact_id
group by contacts.contact_id, contacts.created_on, obstacles.reason
