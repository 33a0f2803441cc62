-- Columns made in a loop have the loop's indent. -- noqa: disable=LT02
{{ config(materialized='view') }}
with families as (

    select * from {{ ref('segment_families') }}

),

-- A value of a family has no manual changes: its members are the contacts matched.
family_members as (

    select * from {{ ref('segment_rule_members') }}
    where family <> 'rule'

),

profiles as (

    select * from {{ ref('segment_profiles') }}

),

features as (

    select * from {{ ref('int_contact_quality_features') }}

),

-- The same contacts in each build, and so many that the mean of their widths is right to about 0.01.
sampled_contacts as (

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
    from sampled_contacts
    where {{ feature }} is not null
    {% if not loop.last %}union all
    {% endif %}
    {%- endfor %}

),

sampled_members as (

    select
        family_members.contact_id,
        family_members.family,
        family_members.segment
    from family_members
    inner join sampled_contacts on family_members.contact_id = sampled_contacts.contact_id
    inner join families on family_members.family = families.family
    where families.is_partition

),

distances as (

    select
        sampled_members.contact_id,
        sampled_members.family,
        sampled_members.segment,
        groups.segment = sampled_members.segment as is_own,
        groups.member_count,
        sqrt(
            {{ exact_sum('(sampled_values.value - groups.mean) * (sampled_values.value - groups.mean)') }} / count(*)
        ) as distance
    from sampled_members
    inner join sampled_values on sampled_members.contact_id = sampled_values.contact_id
    inner join profiles as groups
        on sampled_members.family = groups.family and sampled_values.feature = groups.feature
    group by
        sampled_members.contact_id, sampled_members.family, sampled_members.segment, groups.segment,
        groups.member_count

),

nearest_distances as (

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

silhouette_widths as (

    select
        family,
        segment,
        case
            when other_distance is null then null
            when member_count = 1 or (own_distance = 0 and other_distance = 0) then 0
            when own_distance < other_distance then 1 - own_distance / other_distance
            else other_distance / own_distance - 1
        end as width
    from nearest_distances

)

select
    'family' as level,
    family as subject,
    {{ exact_sum('width') }} / nullif(count(width), 0) as silhouette
from silhouette_widths
group by family
union all
select
    'segment' as level,
    segment as subject,
    {{ exact_sum('width') }} / nullif(count(width), 0) as silhouette
from silhouette_widths
group by segment
