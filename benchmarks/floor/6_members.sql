-- Who is in which segment on the first day that is built. The rules and the catalogue's texts are
-- the project's own, as dbt compiled them: run.py puts them where a name stands in braces.
create temp table fct_email_events as
select
    contact_id,
    event_type,
    occurred_at,
    occurred_on,
    campaign_id,
    link_url,
    is_machine_open
from some_email_events;

-- {views}

create temp table memberships as
with matched as (
    -- {rules}
    union all
    select contact_id, 'lifecycle_' || lifecycle_stage as segment from lifecycle_segments
    union all
    select contact_id, 'rfm_' || rfm_segment as segment from behaviour_segments where rfm_segment is not null
    union all
    select contact_id, 'purchase_frequency_' || purchase_frequency as segment from behaviour_segments
    union all
    select contact_id, 'spend_band_' || spend_band as segment from behaviour_segments
    union all
    select contact_id, 'basket_size_' || basket_size as segment from behaviour_segments
    union all
    select contact_id, 'email_engagement_' || email_engagement as segment from behaviour_segments
    union all
    select contact_id, 'age_band_' || age_band as segment from demographic_segments
    union all
    select contact_id, 'gender_' || gender as segment from demographic_segments
    union all
    select contact_id, 'occupation_group_' || occupation_group as segment from demographic_segments
    union all
    select contact_id, segment from split_segments
)
select
    coalesce(matched.contact_id, manual_changes.contact_id) as contact_id,
    coalesce(matched.segment, manual_changes.segment) as segment,
    case when matched.contact_id is null then 'manual' else 'rule' end as source
from matched
full join manual_changes
    on matched.contact_id = manual_changes.contact_id and matched.segment = manual_changes.segment
where coalesce(manual_changes.action, 'add') = 'add';

create temp table split_segment_days as
select
    segment,
    family,
    arg_min(written_as, (-contact_count, written_as)) as written_as,
    getvariable('as_of') as day
from (select segment, family, written_as, count(*) as contact_count from split_segments group by all)
group by segment, family;

create temp table segment_definitions as
-- {catalogue}
;

create table segment_history as
select
    contact_id,
    segment,
    getvariable('as_of') as entered_at,
    cast(null as date) as left_at
from memberships
where segment in (select segment from segment_definitions where members_are_published);

create table segment_members as
select
    memberships.contact_id,
    memberships.segment,
    definitions.family,
    memberships.source,
    getvariable('as_of') as entered_at,
    getvariable('as_of') as as_of
from memberships
inner join segment_definitions as definitions on memberships.segment = definitions.segment
where definitions.members_are_published;

create table segment_daily as
select
    definitions.segment,
    getvariable('as_of') as day,
    count(memberships.contact_id) as member_count,
    count(memberships.contact_id) as entered_count,
    0::bigint as left_count
from segment_definitions as definitions
left join memberships on definitions.segment = memberships.segment
group by definitions.segment;

create table segments as
select
    definitions.* exclude (progress),
    segment_daily.member_count,
    segment_daily.member_count / (select count(*) from dim_contacts) as member_share,
    segment_daily.entered_count,
    segment_daily.left_count,
    getvariable('as_of') as definition_since,
    getvariable('as_of') as as_of
from segment_definitions as definitions
inner join segment_daily on definitions.segment = segment_daily.segment;
