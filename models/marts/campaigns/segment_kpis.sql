with all_mails as (

    select * from {{ ref('campaign_contacts') }}
    where is_sent

),

history as (

    select * from {{ ref('segment_history') }}

),

segment_days as (

    select * from {{ ref('segment_days') }}

),

-- On a day of sending, the segments of the last day built are known. Before the first, none is.
sending_days as (

    select
        all_mails.campaign_id,
        max(segment_days.day) as built_on
    from (select distinct campaign_id, sent_on from all_mails) as all_mails
    inner join (select distinct day from segment_days) as segment_days
        on all_mails.sent_on >= segment_days.day
    group by all_mails.campaign_id, all_mails.sent_on

),

known_segments as (

    select distinct
        segment_days.segment,
        sending_days.campaign_id
    from sending_days
    inner join segment_days on sending_days.built_on = segment_days.day

),

mails as (

    select
        history.segment,
        all_mails.*
    from all_mails
    inner join history
        on
            all_mails.contact_id = history.contact_id
            and all_mails.sent_on >= history.entered_at
            and (all_mails.sent_on < history.left_at or history.left_at is null)

),

counts as (

    select
        known_segments.segment,
        known_segments.campaign_id,
        {{ mail_counts() }}
    from known_segments
    left join mails
        on
            known_segments.segment = mails.segment
            and known_segments.campaign_id = mails.campaign_id
    group by known_segments.segment, known_segments.campaign_id

)

select
    counts.segment,
    counts.campaign_id,
    {{ mail_results() }},
    {{ as_of() }} as as_of
from counts
