-- Columns made in a loop have the loop's indent. -- noqa: disable=LT02
with segments as (

    select * from {{ ref('segments') }}

),

members as (

    select * from {{ ref('segment_members') }}

),

profiles as (

    select * from {{ ref('segment_profiles') }}

),

features as (

    select * from {{ ref('int_contact_quality_features') }}

),

overlap as (

    select * from {{ ref('segment_overlap') }}

),

daily as (

    select * from {{ ref('segment_daily') }}

),

history as (

    select * from {{ ref('segment_history') }}

),

bounds as (

    select * from {{ ref('quality_bounds') }}

),

-- How stable the clusters are is known since their fit.
fits as (

    select
        'cluster' as family,
        max(stability) as stability
    from {{ ref('cluster_centroids') }}

),

-- Families ---------------------------------------------------------------------------------------

siblings as (

    select
        segments.family,
        overlap.segment,
        overlap.other_segment,
        overlap.common_count,
        overlap.jaccard_index
    from overlap
    inner join segments on overlap.segment = segments.segment
    inner join segments as others on overlap.other_segment = others.segment and segments.family = others.family

),

-- What splits contacts: no contact has two values. Only then are there groups to compare.
partitions as (

    select
        segments.family,
        sum(segments.member_count) as member_count
    from segments
    where
        segments.family <> 'rule'
        and segments.family not in (
            select pair.family
            from siblings as pair
            where pair.common_count > 0
        )
    group by segments.family

),

family_overlap as (

    select
        family,
        max(jaccard_index) as overlap
    from siblings
    group by family

),

segment_pairs as (

    select
        segment,
        jaccard_index
    from siblings
    union all
    select
        other_segment as segment,
        jaccard_index
    from siblings

),

segment_overlaps as (

    select
        segment,
        max(jaccard_index) as overlap
    from segment_pairs
    group by segment

),

-- Homogeneity ------------------------------------------------------------------------------------

group_profiles as (

    select profiles.*
    from profiles
    inner join partitions on profiles.family = partitions.family

),

family_means as (

    select
        family,
        feature,
        sum(known_count) as known_count,
        count(*) as group_count,
        sum(known_count * mean) / sum(known_count) as mean
    from group_profiles
    group by family, feature

),

family_variances as (

    select
        family_means.family,
        sum(groups.known_count * groups.variance)
        / (family_means.known_count - family_means.group_count) as within_variance,
        sum(groups.known_count * (
            groups.variance + (groups.mean - family_means.mean) * (groups.mean - family_means.mean)
        )) / (family_means.known_count - 1) as total_variance
    from family_means
    inner join group_profiles as groups
        on family_means.family = groups.family and family_means.feature = groups.feature
    where family_means.known_count > family_means.group_count and family_means.group_count > 1
    group by family_means.family, family_means.feature, family_means.known_count, family_means.group_count

),

family_homogeneity as (

    select
        family,
        1 - sum(within_variance) / nullif(sum(total_variance), 0) as homogeneity
    from family_variances
    group by family

),

everybody as (

    select * from profiles
    where segment = '*'

),

segment_homogeneity as (

    select
        profiles.segment,
        1 - sum(profiles.variance * profiles.known_count / (profiles.known_count - 1))
        / nullif(sum(everybody.variance * everybody.known_count / (everybody.known_count - 1)), 0) as homogeneity
    from profiles
    inner join everybody on profiles.feature = everybody.feature
    where profiles.segment <> '*' and profiles.known_count > 1
    group by profiles.segment

),

-- Separation -------------------------------------------------------------------------------------

-- A segment of a partition is compared with its siblings, any other with those who are not in it.
rest_means as (

    select
        profiles.segment,
        profiles.feature,
        profiles.mean,
        profiles.variance,
        everybody.known_count - profiles.known_count as rest_count,
        (everybody.known_count * everybody.mean - profiles.known_count * profiles.mean)
        / (everybody.known_count - profiles.known_count) as rest_mean,
        everybody.known_count * (everybody.variance + everybody.mean * everybody.mean)
        - profiles.known_count * (profiles.variance + profiles.mean * profiles.mean) as rest_square_sum
    from profiles
    inner join everybody on profiles.feature = everybody.feature
    where
        profiles.segment <> '*'
        and profiles.known_count < everybody.known_count
        and profiles.family not in (select partition_family.family from partitions as partition_family)

),

compared as (

    select
        groups.segment,
        others.segment as other_segment,
        groups.mean,
        groups.variance,
        others.mean as other_mean,
        others.variance as other_variance
    from group_profiles as groups
    inner join group_profiles as others
        on
            groups.family = others.family
            and groups.feature = others.feature
            and groups.segment <> others.segment
    union all
    select
        segment,
        '*' as other_segment,
        mean,
        variance,
        rest_mean as other_mean,
        -- A difference of large sums may come out just below 0.
        case
            when rest_square_sum / rest_count > rest_mean * rest_mean
                then rest_square_sum / rest_count - rest_mean * rest_mean
            else 0
        end as other_variance
    from rest_means

),

pair_separation as (

    select
        segment,
        other_segment,
        sqrt(sum((mean - other_mean) * (mean - other_mean)))
        / nullif(sqrt(sum(variance)) + sqrt(sum(other_variance)), 0) as separation
    from compared
    group by segment, other_segment

),

segment_separation as (

    select
        segment,
        min(separation) as separation
    from pair_separation
    group by segment

),

family_separation as (

    select
        segments.family,
        case
            when min(segment_separation.separation) = 0 then 0
            else count(segment_separation.separation) / sum(1 / nullif(segment_separation.separation, 0))
        end as separation
    from segment_separation
    inner join segments on segment_separation.segment = segments.segment
    inner join partitions on segments.family = partitions.family
    group by segments.family

),

-- Silhouette -------------------------------------------------------------------------------------

-- The same contacts in each build, and so many that the mean of their widths is right to about 0.01.
sampled as (

    select *
    from features
    order by {{ dbt.hash('contact_id') }} asc, contact_id asc
    limit 2000

),

sampled_values as (

    {% for feature in quality_features() -%}
    select
        contact_id,
        '{{ feature }}' as feature,
        {{ feature }} as value
    from sampled
    where {{ feature }} is not null
    {% if not loop.last %}union all
    {% endif %}
    {%- endfor %}

),

sampled_members as (

    select
        members.contact_id,
        members.family,
        members.segment
    from members
    inner join sampled on members.contact_id = sampled.contact_id
    inner join partitions on members.family = partitions.family

),

distances as (

    select
        sampled_members.contact_id,
        sampled_members.family,
        sampled_members.segment,
        groups.segment = sampled_members.segment as is_own,
        groups.member_count,
        sqrt(avg((sampled_values.value - groups.mean) * (sampled_values.value - groups.mean))) as distance
    from sampled_members
    inner join sampled_values on sampled_members.contact_id = sampled_values.contact_id
    inner join group_profiles as groups
        on sampled_members.family = groups.family and sampled_values.feature = groups.feature
    group by
        sampled_members.contact_id, sampled_members.family, sampled_members.segment, groups.segment,
        groups.member_count

),

nearest as (

    select
        contact_id,
        family,
        segment,
        max(case when is_own then member_count end) as member_count,
        min(case when is_own then distance end) as own_distance,
        min(case when not is_own then distance end) as other_distance
    from distances
    group by contact_id, family, segment

),

widths as (

    select
        family,
        segment,
        case
            when other_distance is null then null
            when member_count = 1 or (own_distance = 0 and other_distance = 0) then 0
            when own_distance < other_distance then 1 - own_distance / other_distance
            else other_distance / own_distance - 1
        end as width
    from nearest

),

family_silhouettes as (

    select
        family,
        avg(width) as silhouette
    from widths
    group by family

),

segment_silhouettes as (

    select
        segment,
        avg(width) as silhouette
    from widths
    group by segment

),

-- Drift ------------------------------------------------------------------------------------------

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
    inner join partitions on sizes.family = partitions.family
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
        sum((share - share_before) * ln(share / share_before)) as drift
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

-- Moves that should not happen -------------------------------------------------------------------

-- Who ordered stays somebody who ordered, and is new once.
lifecycle_stays as (

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
    from lifecycle_stays as stays
    inner join lifecycle_stays as stays_before on stays.contact_id = stays_before.contact_id
    where
        stays.entered_at = {{ as_of() }}
        and stays_before.left_at = {{ as_of() }}
        and stays.progress < stays_before.progress

),

unexpected_transitions as (

    select
        family_sizes.family,
        cast(moves_back.contact_count as double) / nullif(family_sizes.member_count_before, 0)
            as unexpected_transition_share
    from family_sizes
    cross join moves_back
    where family_sizes.family = 'lifecycle'

),

-- All together -----------------------------------------------------------------------------------

families as (

    select
        family,
        sum(member_count) as member_count
    from segments
    where family <> 'rule'
    group by family

),

measured as (

    select
        'family' as level,
        families.family as subject,
        families.family,
        cast(families.member_count as bigint) as member_count,
        cast(null as double) as member_share,
        family_homogeneity.homogeneity,
        family_silhouettes.silhouette,
        family_separation.separation,
        family_overlap.overlap,
        family_drift.drift,
        unexpected_transitions.unexpected_transition_share,
        fits.stability
    from families
    left join family_homogeneity on families.family = family_homogeneity.family
    left join family_silhouettes on families.family = family_silhouettes.family
    left join family_separation on families.family = family_separation.family
    left join family_overlap on families.family = family_overlap.family
    left join family_drift on families.family = family_drift.family
    left join unexpected_transitions on families.family = unexpected_transitions.family
    left join fits on families.family = fits.family
    union all
    select
        'segment' as level,
        segments.segment as subject,
        segments.family,
        segments.member_count,
        segments.member_share,
        segment_homogeneity.homogeneity,
        segment_silhouettes.silhouette,
        segment_separation.separation,
        segment_overlaps.overlap,
        segment_drift.drift,
        null as unexpected_transition_share,
        null as stability
    from segments
    left join segment_homogeneity on segments.segment = segment_homogeneity.segment
    left join segment_silhouettes on segments.segment = segment_silhouettes.segment
    left join segment_separation on segments.segment = segment_separation.segment
    left join segment_overlaps on segments.segment = segment_overlaps.segment
    left join segment_drift on segments.segment = segment_drift.segment

),

{% set measures = [
    'member_share', 'homogeneity', 'silhouette', 'separation', 'overlap', 'drift', 'unexpected_transition_share',
    'stability'
] -%}
by_measure as (

    {% for measure in measures -%}
    select
        level,
        subject,
        family,
        member_count,
        '{{ measure }}' as measure,
        {{ measure }} as value
    from measured
    where {{ measure }} is not null
    {% if not loop.last %}union all
    {% endif %}
    {%- endfor %}

),

-- Of the bounds that concern it, the one that names it most closely counts: the segment, its family, all.
ranked_bounds as (

    select
        by_measure.level,
        by_measure.subject,
        by_measure.member_count,
        by_measure.measure,
        by_measure.value,
        bounds.minimum_count,
        bounds.lower_bound,
        bounds.upper_bound,
        bounds.severity,
        row_number() over (
            partition by by_measure.level, by_measure.subject, by_measure.measure
            order by
                case bounds.subject when by_measure.subject then 1 when by_measure.family then 2 else 3 end asc
        ) as closeness
    from by_measure
    inner join bounds
        on
            by_measure.level = bounds.level
            and by_measure.measure = bounds.measure
            and bounds.subject in (by_measure.subject, by_measure.family, '*')

),

judged as (

    select
        *,
        coalesce(value >= lower_bound, true) and coalesce(value <= upper_bound, true) as is_inside
    from ranked_bounds
    where
        closeness = 1
        and member_count >= coalesce(minimum_count, 0)
        and (lower_bound is not null or upper_bound is not null)

),

findings as (

    select
        *,
        case
            when not is_inside then
                measure || ' ' || cast(cast(value as decimal(18, 4)) as {{ dbt.type_string() }})
                || case
                    when value < lower_bound
                        then ' is below ' || cast(lower_bound as {{ dbt.type_string() }})
                    else ' is above ' || cast(upper_bound as {{ dbt.type_string() }})
                end
        end as finding
    from judged

),

verdicts as (

    select
        level,
        subject,
        {%- for measure in measures %}
        min(case when measure = '{{ measure }}' then cast(is_inside as integer) end) = 1 as is_{{ measure }}_inside,
        {%- endfor %}
        max(case when not is_inside and severity = 'error' then 1 else 0 end) as has_error,
        {{ dbt.listagg('finding', "'; '", 'order by measure asc') }} as findings
    from findings
    group by level, subject

)

select
    measured.level,
    measured.subject,
    measured.family,
    measured.member_count,
    {%- for measure in measures %}
    measured.{{ measure }},
    verdicts.is_{{ measure }}_inside,
    {%- endfor %}
    case
        when verdicts.has_error = 1 then 'error'
        when verdicts.findings is not null then 'warn'
        else 'pass'
    end as status,
    verdicts.findings,
    previous_days.previous_day as compared_with,
    {{ as_of() }} as as_of
from measured
cross join previous_days
left join verdicts on measured.level = verdicts.level and measured.subject = verdicts.subject
