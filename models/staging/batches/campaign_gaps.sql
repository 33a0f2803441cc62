with campaign_figures as (

    select
        source,
        value as campaign_id,
        min(day) as first_day,
        max(case when column_name = 'sent' then 1 else 0 end) as has_sent,
        max(case when column_name = 'opened' then 1 else 0 end) as has_opened,
        sum(case when column_name <> 'sent' then figure else 0 end) as later_count,
        sum(case when column_name = 'clicked' then figure else 0 end) as click_count
    from {{ ref('daily_figures') }}
    where measure = 'campaign' and figure is not null
    group by source, value

),

delivered_tables as (

    select * from {{ ref('delivered_tables') }}

),

campaigns as (

    select
        campaign_figures.*,
        campaign_figures.first_day >= delivered_tables.judged_from as is_new
    from campaign_figures
    inner join delivered_tables on campaign_figures.source = delivered_tables.source

),

gaps as (

    select
        source,
        campaign_id,
        first_day,
        is_new,
        'sent' as missing,
        later_count as event_count,
        has_sent as has_it
    from campaigns
    union all
    select
        source,
        campaign_id,
        first_day,
        is_new,
        'opened' as missing,
        click_count as event_count,
        has_opened as has_it
    from campaigns

),

usual as (

    select
        missing,
        avg(case when not is_new then cast(has_it as double) end) as share_before
    from gaps
    where event_count >= 20
    group by missing

)

select
    gaps.source,
    'campaign without ' || gaps.missing as rule,
    gaps.campaign_id as subject,
    gaps.first_day,
    cast(null as date) as last_day,
    usual.share_before as expected,
    cast(0.8 as double) as bound,
    gaps.event_count as found,
    'campaign ' || gaps.campaign_id || ' has ' || {{ rounded('gaps.event_count') }} || ' events and none is '
    || gaps.missing as sentence
from gaps
inner join usual on gaps.missing = usual.missing
where
    gaps.is_new
    and gaps.has_it = 0
    and gaps.event_count >= 20
    -- Some shops have no such events at all.
    and coalesce(usual.share_before, 1) >= 0.8
