{{ config(materialized='view') }}

with sequences as (

    select * from {{ ref('sequences') }}

),

completed_orders as (

    select * from {{ ref('fct_orders') }}
    where is_completed

),

web_events as (

    select * from {{ ref('fct_web_events') }}
    where event_type in ('download', 'demo_request')

),

unsubscriptions as (

    select * from {{ ref('fct_email_events') }}
    where event_type = 'unsubscribed'

),

goal_events as (

    select
        contact_id,
        'ordered' as goal,
        ordered_at as reached_at
    from completed_orders
    union all
    select
        contact_id,
        case event_type when 'download' then 'downloaded' else 'demo_requested' end as goal,
        occurred_at as reached_at
    from web_events

)

select
    goal_events.contact_id,
    sequences.sequence,
    'goal_reached' as ending,
    goal_events.reached_at as ended_at
from goal_events
inner join sequences on goal_events.goal = sequences.goal
union all
select
    unsubscriptions.contact_id,
    sequences.sequence,
    'unsubscribed' as ending,
    unsubscriptions.occurred_at as ended_at
from unsubscriptions
cross join sequences
