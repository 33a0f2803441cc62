{{ config(materialized='view') }}
with families as (

    select * from {{ ref('segment_families') }}

),

segments as (

    select * from {{ ref('segments') }}

),

daily as (

    select * from {{ ref('segment_daily') }}

),

history as (

    select * from {{ ref('segment_history') }}

),

previous_days as (

    select max(day) as previous_day
    from daily
    where day < {{ as_of() }}

),

sizes_before as (

    select
        daily.segment,
        daily.member_count
    from daily
    inner join previous_days on daily.day = previous_days.previous_day

),

sizes as (

    select
        segments.family,
        segments.segment,
        segments.member_count,
        sizes_before.member_count as member_count_before
    from segments
    left join sizes_before on segments.segment = sizes_before.segment

),

family_sizes as (

    select
        sizes.family,
        count(*) as segment_count,
        sum(sizes.member_count) as member_count,
        sum(sizes.member_count_before) as member_count_before
    from sizes
    inner join families on sizes.family = families.family
    where families.is_partition
    group by sizes.family

),

-- Half a contact more in each segment: without it, one that was or became empty would have drifted infinitely.
family_shares as (

    select
        sizes.family,
        (sizes.member_count + 0.5) / (family_sizes.member_count + 0.5 * family_sizes.segment_count) as share,
        (coalesce(sizes.member_count_before, 0) + 0.5)
        / (family_sizes.member_count_before + 0.5 * family_sizes.segment_count) as share_before
    from sizes
    inner join family_sizes on sizes.family = family_sizes.family

),

family_drift as (

    select
        family,
        {{ exact_sum('(share - share_before) * ln(share / share_before)') }} as drift
    from family_shares
    group by family

),

-- Some family has a value for everybody.
contact_counts as (

    select
        max(member_count) as contact_count,
        max(member_count_before) as contact_count_before
    from family_sizes

),

segment_shares as (

    select
        sizes.segment,
        (sizes.member_count + 0.5) / (contact_counts.contact_count + 1.0) as share,
        (sizes.member_count_before + 0.5) / (contact_counts.contact_count_before + 1.0) as share_before
    from sizes
    cross join contact_counts

),

segment_drift as (

    select
        segment,
        (share - share_before) * (ln(share / share_before) - ln((1 - share) / (1 - share_before))) as drift
    from segment_shares

),

-- Who ordered stays somebody who ordered, and is new once.
lifecycle_periods as (

    select
        *,
        case
            when segment in ('lifecycle_prospect', 'lifecycle_maturing_prospect', 'lifecycle_unresponsive') then 0
            when segment = 'lifecycle_new_customer' then 1
            when
                segment in (
                    'lifecycle_active_customer', 'lifecycle_inactive_2m', 'lifecycle_inactive_6m',
                    'lifecycle_inactive_12m'
                )
                then 2
        end as progress
    from history

),

moves_back as (

    select count(*) as contact_count
    from lifecycle_periods as stays
    inner join lifecycle_periods as periods_before on stays.contact_id = periods_before.contact_id
    where
        stays.entered_at = {{ as_of() }}
        and periods_before.left_at = {{ as_of() }}
        and stays.progress < periods_before.progress

),

unexpected_transitions as (

    select
        family_sizes.family,
        cast(moves_back.contact_count as double) / nullif(family_sizes.member_count_before, 0)
            as unexpected_transition_share
    from family_sizes
    cross join moves_back
    where family_sizes.family = 'lifecycle'

)

select
    'family' as level,
    families.family as subject,
    family_drift.drift,
    unexpected_transitions.unexpected_transition_share,
    previous_days.previous_day as compared_with
from families
cross join previous_days
left join family_drift on families.family = family_drift.family
left join unexpected_transitions on families.family = unexpected_transitions.family
union all
select
    'segment' as level,
    segment_drift.segment as subject,
    segment_drift.drift,
    null as unexpected_transition_share,
    previous_days.previous_day as compared_with
from segment_drift
cross join previous_days
