{{ config(materialized='view') }}

with reactions as (

    select
        contact_id,
        {{ local_hour('occurred_at') }} as reading_hour
    from {{ ref('fct_email_events') }}
    where event_type in ('opened', 'clicked') and not is_machine_open

),

reactions_by_hour as (

    select
        contact_id,
        reading_hour,
        count(*) as reaction_count
    from reactions
    group by contact_id, reading_hour

),

ranked_hours as (

    select
        contact_id,
        reading_hour,
        row_number() over (
            partition by contact_id
            order by reaction_count desc, reading_hour asc
        ) as hour_number
    from reactions_by_hour

)

select
    contact_id,
    reading_hour
from ranked_hours
where hour_number = 1
