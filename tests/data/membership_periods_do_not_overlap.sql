with following as (

    select
        *,
        lead(entered_at) over (partition by contact_id, segment order by entered_at asc) as next_entered_at
    from {{ ref('segment_history') }}

)

select *
from following
where
    left_at <= entered_at
    or next_entered_at <= left_at
    or (left_at is null and next_entered_at is not null)
