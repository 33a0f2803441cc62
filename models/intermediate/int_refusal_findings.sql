with contact_refusals as (

    select * from {{ ref('int_contact_refusals') }}

),

unread_lines as (

    select
        raw_row_number,
        reason,
        row_json
    from {{ ref('rejected_rows') }}
    where source = 'suppressions' and scope = 'row' and reason not like 'erased%'

),

addresses as (

    select
        raw_row_number,
        reason,
        {{ list_items(addresses_in('row_json')) }} as email
    from unread_lines

),

lines_with_address as (

    select distinct
        raw_row_number,
        reason
    from addresses

)

select
    'missing' as finding,
    reason as subject,
    count(*) as finding_count
from contact_refusals
where not is_delivered
group by reason
union all
select
    case when lines_with_address.reason is null then 'suppresses nobody' else 'address found' end as finding,
    'suppressions' as subject,
    count(*) as finding_count
from unread_lines
left join lines_with_address
    on
        unread_lines.raw_row_number = lines_with_address.raw_row_number
        and unread_lines.reason = lines_with_address.reason
group by case when lines_with_address.reason is null then 'suppresses nobody' else 'address found' end
