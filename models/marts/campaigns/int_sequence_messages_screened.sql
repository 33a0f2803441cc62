{{ config(materialized='view') }}

with messages as (

    select * from {{ ref('int_sequence_messages_emailed') }}

),

sequences as (

    select * from {{ ref('sequences') }}

),

contacts as (

    select * from {{ ref('dim_contacts') }}

)

select
    messages.*,
    sequences.priority,
    contacts.max_emails_per_month,
    -- The earlier of both counts: a contact who left the list after a message had expired did not miss it for that.
    case
        when messages.sent_at is not null then null
        when {{ local_date('messages.goal_reached_at') }} < messages.expires_on then 'goal_reached'
        when {{ local_date('messages.unsubscribed_at') }} < messages.expires_on then 'unsubscribed'
        when
            not contacts.can_receive_email
            and (contacts.suppressed_on < messages.expires_on or messages.expires_on > {{ as_of() }})
            then contacts.suppression_reason
        when messages.next_due_on < messages.expires_on and messages.next_due_on <= {{ as_of() }} then 'superseded'
        when messages.expires_on <= {{ as_of() }} then 'missed'
        when messages.due_on <= {{ as_of() }} and not messages.is_condition_met then 'condition_not_met'
    end as skip_reason
from messages
inner join sequences on messages.sequence = sequences.sequence
inner join contacts on messages.contact_id = contacts.contact_id
