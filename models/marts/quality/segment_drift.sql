{{ config(materialized='view') }}
with families as (

    select * from {{ ref('segment_families') }}

),

definitions as (

    select * from {{ ref('segment_definitions') }}

),

daily as (

    select * from {{ ref('segment_daily') }}
    where day <= {{ as_of() }}

),

reversals_by_family as (

    select
        family,
        count(*) as reversal_count
    from {{ ref('int_segment_reversals') }}
    group by family

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
        definitions.family,
        definitions.segment,
        definitions.progress,
        daily.member_count,
        sizes_before.member_count as member_count_before
    from definitions
    inner join daily on definitions.segment = daily.segment and daily.day = {{ as_of() }}
    left join sizes_before on definitions.segment = sizes_before.segment

),

family_sizes as (

    select
        sizes.family,
        count(*) as segment_count,
        count(sizes.progress) > 0 as has_progress,
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

)

select
    'family' as level,
    families.family as subject,
    family_drift.drift,
    case when family_sizes.has_progress then cast(coalesce(reversals_by_family.reversal_count, 0) as double) end
    / nullif(family_sizes.member_count_before, 0) as unexpected_transition_share,
    previous_days.previous_day as compared_with
from families
cross join previous_days
left join family_drift on families.family = family_drift.family
left join family_sizes on families.family = family_sizes.family
left join reversals_by_family on families.family = reversals_by_family.family
union all
select
    'segment' as level,
    segment_shares.segment as subject,
    (segment_shares.share - segment_shares.share_before) * (
        ln(segment_shares.share / segment_shares.share_before)
        - ln((1 - segment_shares.share) / (1 - segment_shares.share_before))
    ) as drift,
    null as unexpected_transition_share,
    previous_days.previous_day as compared_with
from segment_shares
cross join previous_days
