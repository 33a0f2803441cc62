{{ config(materialized='view') }}

with input_email_events as (

    select * from {{ ref('input_email_events') }}

),

event_types as (

    select
        *,
        {{ word_key('sender_word') }} as word
    from {{ ref('email_event_types') }}

),

refusal_contacts as (

    select * from {{ ref('base_refusal_contacts') }}

),

contacts as (

    select * from {{ ref('base_known_contacts') }}

),

-- A sender has few words for kinds of events, and looking each up once is cheap.
event_words as (

    select distinct
        event_type as written_as,
        {{ word_key('event_type') }} as word
    from input_email_events
    where event_type is not null

),

written_events as (

    select
        source_file,
        source_row_number,
        event_id,
        contact_id,
        event_type as written_as,
        occurred_at,
        campaign_id,
        link_url,
        is_machine_open,
        case lower(bounce_type)
            when 'hard' then 'hard'
            when 'permanent' then 'hard'
            when 'soft' then 'soft'
            when 'temporary' then 'soft'
            when 'transient' then 'soft'
        end as bounce_type,
        {{ empty_or_unread('occurred_at', 'a date') }} as occurred_at_problem
    from input_email_events

),

email_events as (

    select
        written_events.source_file,
        written_events.source_row_number,
        written_events.event_id,
        coalesce(refusal_contacts.contact_id, written_events.contact_id) as contact_id,
        event_types.event_type,
        coalesce(written_events.bounce_type, event_types.bounce_type) as bounce_type,
        written_events.occurred_at,
        written_events.campaign_id,
        written_events.link_url,
        coalesce(written_events.is_machine_open, event_types.is_machine_open) as is_machine_open,
        written_events.written_as is not null and event_types.word is null as is_unknown_type,
        written_events.occurred_at_problem,
        case
            when written_events.written_as is null then 'event_type is empty'
            when event_types.word is null then 'event_type is not in seeds/reference/email_event_types.csv'
            when event_types.event_type is null then 'event_type is left out by seeds/reference/email_event_types.csv'
        end as event_type_problem
    from written_events
    left join event_words on written_events.written_as = event_words.written_as
    left join event_types on event_words.word = event_types.word
    left join refusal_contacts
        -- In one term: DuckDB compares each row with each other where a condition is of one side alone.
        on
            refusal_contacts.written_as = case
                when event_types.event_type in ('complained', 'unsubscribed', 'bounced') then written_events.contact_id
            end

)

select
    email_events.source_file,
    email_events.source_row_number,
    email_events.event_id,
    email_events.contact_id,
    email_events.event_type,
    email_events.bounce_type,
    email_events.occurred_at,
    email_events.campaign_id,
    email_events.link_url,
    email_events.is_machine_open,
    email_events.is_unknown_type and not coalesce(contacts.is_erased, false) as is_unknown_type,
    case
        when contacts.is_erased then 'erased at the person''s request'
        when email_events.event_id is null then 'event_id is empty'
        when email_events.contact_id is null then 'contact_id is empty'
        when contacts.contact_id is null then 'contact_id is not among the contacts'
        when email_events.event_type_problem is not null then email_events.event_type_problem
        when email_events.occurred_at is null then email_events.occurred_at_problem
    end as reject_reason
from email_events
left join contacts on email_events.contact_id = contacts.contact_id
