with messages as (

    select * from {{ ref('int_sequence_messages') }}

),

sequences as (

    select * from {{ ref('sequences') }}

),

segment_definitions as (

    select * from {{ ref('segment_definitions') }}

),

-- The day of a message of these is the contact's birthday, or as many days after it as the step says.
withheld_sequences as (

    select sequences.sequence
    from sequences
    left join segment_definitions on sequences.segment = segment_definitions.segment
    where sequences.trigger = 'birthday' or not segment_definitions.members_are_published

)

select messages.*
from messages
left join withheld_sequences on messages.sequence = withheld_sequences.sequence
where withheld_sequences.sequence is null
