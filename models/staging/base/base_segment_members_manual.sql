with input_segment_members_manual as (

    select * from {{ ref('input_segment_members_manual') }}

),

contacts as (

    select * from {{ ref('base_known_contacts') }}

),

rule_segments as (

    select segment from {{ ref('declared_segments') }}
    where family = 'rule'

),

manual_changes as (

    select
        source_file,
        source_row_number,
        lower(segment) as segment,
        contact_id,
        {{ one_of('action', ['add', 'remove']) }} as action,
        changed_at,
        changed_by,
        reason,
        {{ empty_or_not('action', 'add or remove') }} as action_problem,
        {{ empty_or_unread('changed_at', 'a date') }} as changed_at_problem
    from input_segment_members_manual

)

select
    manual_changes.source_file,
    manual_changes.source_row_number,
    manual_changes.segment,
    manual_changes.contact_id,
    manual_changes.action,
    manual_changes.changed_at,
    manual_changes.changed_by,
    manual_changes.reason,
    case
        when contacts.is_erased then 'erased at the person''s request'
        when manual_changes.segment is null then 'segment is empty'
        -- A family splits all contacts by one question; a hand would put a contact in two parts.
        when rule_segments.segment is null
            then 'segment is none with a rule of its own in this project'
        when manual_changes.contact_id is null then 'contact_id is empty'
        when contacts.contact_id is null then 'contact_id is not among the contacts'
        when manual_changes.action is null then manual_changes.action_problem
        when manual_changes.changed_at is null then manual_changes.changed_at_problem
    end as reject_reason
from manual_changes
left join contacts on manual_changes.contact_id = contacts.contact_id
left join rule_segments on manual_changes.segment = rule_segments.segment
