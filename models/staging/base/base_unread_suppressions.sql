with suppressions as (

    select * from {{ ref('base_suppressions') }}
    where reject_reason is not null and reject_reason not like 'erased%'

),

input_suppressions as (

    select * from {{ ref('input_suppressions') }}

),

unread_lines as (

    select
        suppressions.source_file,
        suppressions.source_row_number,
        suppressions.reject_reason as reason,
        {{ input_row_as_json('input_suppressions') }} as line
    from suppressions
    inner join input_suppressions
        on
            suppressions.source_file = input_suppressions.source_file
            and suppressions.source_row_number = input_suppressions.source_row_number
    union all
    select
        source_file,
        line_number as source_row_number,
        reason,
        {{ text_as_json('line_text') }} as line
    from {{ ref('unreadable_lines') }}
    where source = 'suppressions'

),

addresses as (

    select distinct
        source_file,
        source_row_number,
        reason,
        {{ list_items(addresses_in('line')) }} as email
    from unread_lines

)

select
    unread_lines.source_file,
    unread_lines.source_row_number,
    unread_lines.reason,
    addresses.email
from unread_lines
left join addresses
    on
        unread_lines.source_file = addresses.source_file
        and unread_lines.source_row_number = addresses.source_row_number
        and unread_lines.reason = addresses.reason
