with refusals as (

    select contact_id as written_as
    from {{ ref('loaded_email_events') }}
    where event_type in ('complained', 'unsubscribed', 'bounced') and contact_id is not null

),

erased_contacts as (

    select * from {{ ref('base_erased_contacts') }}

),

contacts as (

    select
        contact_id,
        email
    from {{ ref('base_contacts') }}
    where reject_reason is null

),

contact_ids as (

    select distinct contact_id from contacts

),

unknown_ids as (

    select distinct refusals.written_as
    from refusals
    left join contact_ids on refusals.written_as = contact_ids.contact_id
    left join erased_contacts on refusals.written_as = erased_contacts.contact_id
    where contact_ids.contact_id is null and erased_contacts.contact_id is null

),

matches as (

    select
        unknown_ids.written_as,
        contact_ids.contact_id,
        1 as match_rank
    from unknown_ids
    inner join contact_ids on lower(unknown_ids.written_as) = lower(contact_ids.contact_id)
    union all
    select
        unknown_ids.written_as,
        contact_ids.contact_id,
        2 as match_rank
    from unknown_ids
    inner join contact_ids on lower({{ without_prefix('unknown_ids.written_as') }}) = lower(contact_ids.contact_id)
    union all
    select
        unknown_ids.written_as,
        contact_ids.contact_id,
        2 as match_rank
    from unknown_ids
    inner join contact_ids on lower(unknown_ids.written_as) = lower({{ without_prefix('contact_ids.contact_id') }})
    union all
    -- A refusal holds for all contacts who share an address, whichever of them is named here.
    select
        unknown_ids.written_as,
        min(contacts.contact_id) as contact_id,
        3 as match_rank
    from unknown_ids
    inner join contacts on {{ normalise_email('unknown_ids.written_as') }} = contacts.email
    group by unknown_ids.written_as

),

best_matches as (

    select
        written_as,
        min(match_rank) as match_rank
    from matches
    group by written_as

)

select
    matches.written_as,
    min(matches.contact_id) as contact_id
from matches
inner join best_matches
    on matches.written_as = best_matches.written_as and matches.match_rank = best_matches.match_rank
group by matches.written_as
having count(distinct matches.contact_id) = 1
