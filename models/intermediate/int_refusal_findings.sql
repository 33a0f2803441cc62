with contact_refusals as (

    select * from {{ ref('int_contact_refusals') }}

),

unread_suppressions as (

    select * from {{ ref('base_unread_suppressions') }}

),

unread_lines as (

    select
        source_file,
        source_row_number,
        reason,
        case when count(email) = 0 then 'suppresses nobody' else 'address found' end as finding
    from unread_suppressions
    group by source_file, source_row_number, reason

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
    finding,
    'suppressions' as subject,
    count(*) as finding_count
from unread_lines
group by finding
