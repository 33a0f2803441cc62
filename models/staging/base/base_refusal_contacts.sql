with email_events as (

    select
        contact_id as written_as,
        {{ word_key('event_type') }} as word
    from {{ ref('input_email_events') }}

),

event_types as (

    select * from {{ ref('email_event_types') }}

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

    select distinct email_events.written_as
    from email_events
    inner join event_types on email_events.word = {{ word_key('event_types.sender_word') }}
    left join contact_ids on email_events.written_as = contact_ids.contact_id
    left join erased_contacts on email_events.written_as = erased_contacts.contact_id
    where
        event_types.event_type in ('complained', 'unsubscribed', 'bounced')
        and email_events.written_as is not null
        and contact_ids.contact_id is null
        and erased_contacts.contact_id is null

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
