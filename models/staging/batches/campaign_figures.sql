with input_email_events as (

    select * from {{ ref('input_email_events') }}

),

email_event_types as (

    select * from {{ ref('email_event_types') }}

),

campaign_events as (

    select
        campaign_id,
        lower(event_type) as word,
        min(cast(occurred_at as date)) as first_day,
        count(*) as event_count
    from input_email_events
    where campaign_id is not null and contact_id <> '(erased)'
    group by campaign_id, lower(event_type)

)

select
    'email_events' as source,
    min(min(campaign_events.first_day)) over (partition by campaign_events.campaign_id) as day,
    'campaign' as measure,
    coalesce(words.event_type, 'other') as column_name,
    campaign_events.campaign_id as value,
    cast(sum(campaign_events.event_count) as double) as figure
from campaign_events
left join email_event_types as words
    on {{ word_key('campaign_events.word') }} = {{ word_key('words.sender_word') }}
group by campaign_events.campaign_id, coalesce(words.event_type, 'other')
