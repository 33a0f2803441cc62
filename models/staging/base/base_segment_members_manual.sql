with raw_segment_members_manual as (

    select * from {{ ref('raw_segment_members_manual') }}

),

contacts as (

    select * from {{ ref('base_known_contacts') }}

),

typed as (

    select
        raw_row_number,
        lower({{ clean_text('segment') }}) as segment,
        {{ clean_text('contact_id') }} as contact_id,
        {{ one_of('action', ['add', 'remove']) }} as action,
        {{ parse_timestamp('changed_at') }} as changed_at,
        {{ clean_text('changed_by') }} as changed_by,
        {{ clean_text('reason') }} as reason,
        {{ empty_or_not('action', 'add or remove') }} as action_problem,
        {{ empty_or_not('changed_at', 'a date') }} as changed_at_problem
    from raw_segment_members_manual

)

select
    typed.raw_row_number,
    typed.segment,
    typed.contact_id,
    typed.action,
    typed.changed_at,
    typed.changed_by,
    typed.reason,
    case
        when contacts.is_erased then 'erased at the person''s request'
        when typed.segment is null then 'segment is empty'
        -- A family splits all contacts by one question; a hand would put a contact in two parts.
        when typed.segment not in ('{{ rule_segments() | join("', '") }}') -- noqa: LT05
            then 'segment is none with a rule of its own in this project'
        when typed.contact_id is null then 'contact_id is empty'
        when contacts.contact_id is null then 'contact_id is not among the contacts'
        when typed.action is null then typed.action_problem
        when typed.changed_at is null then typed.changed_at_problem
    end as reject_reason
from typed
left join contacts on typed.contact_id = contacts.contact_id
