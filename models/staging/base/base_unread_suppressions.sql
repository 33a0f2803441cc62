with suppressions as (

    select * from {{ ref('base_suppressions') }}
    where reject_reason is not null and reject_reason not like 'erased%'

),

raw_suppressions as (

    select * from {{ ref('raw_suppressions') }}

),

unread_lines as (

    select
        suppressions.raw_row_number,
        suppressions.reject_reason as reason,
        {{ row_as_json('raw_suppressions') }} as line
    from suppressions
    inner join raw_suppressions on suppressions.raw_row_number = raw_suppressions.raw_row_number
    union all
    select
        cast(line_number as bigint) as raw_row_number,
        reason,
        {{ text_as_json('line_text') }} as line
    from {{ ref('raw_unreadable_lines') }}
    where source = 'suppressions'

),

addresses as (

    select distinct
        raw_row_number,
        reason,
        {{ list_items(addresses_in('line')) }} as email
    from unread_lines

)

select
    unread_lines.raw_row_number,
    unread_lines.reason,
    addresses.email
from unread_lines
left join addresses
    on
        unread_lines.raw_row_number = addresses.raw_row_number
        and unread_lines.reason = addresses.reason
