-- Columns made in a loop have the loop's indent. -- noqa: disable=LT02
with memberships as (

    select * from {{ ref('segment_memberships') }}

),

published_definitions as (

    select * from {{ ref('segment_definitions') }}
    where members_are_published

),

-- Decimals: their sums do not depend on the order of the rows. Squares once a contact, who is in many segments.
features as (

    select
        contact_id
        {%- for feature in quality_features() %},
        cast({{ feature }} as decimal(18, 6)) as {{ feature }},
        cast({{ feature }} as decimal(38, 6)) * cast({{ feature }} as decimal(38, 6)) as {{ feature }}_square
        {%- endfor %}
    from {{ ref('int_contact_quality_features') }}

),

-- Everybody stands beside the segments as if a segment.
grouped_members as (

    select
        memberships.contact_id,
        published_definitions.family,
        memberships.segment
    from memberships
    inner join published_definitions on memberships.segment = published_definitions.segment
    union all
    select
        contact_id,
        '*' as family,
        '*' as segment
    from features

),

figures_by_segment as (

    select
        grouped_members.family,
        grouped_members.segment,
        count(*) as member_count
        {%- for feature in quality_features() %},
        count(features.{{ feature }}) as {{ feature }}_count,
        cast(sum(features.{{ feature }}) as double) / nullif(count(features.{{ feature }}), 0) as {{ feature }}_mean,
        {{ exact_variance('features.' ~ feature, 'features.' ~ feature ~ '_square') }} as {{ feature }}_variance
        {%- endfor %}
    from grouped_members
    inner join features on grouped_members.contact_id = features.contact_id
    group by grouped_members.family, grouped_members.segment

)

{% for feature in quality_features() -%}
select
    family,
    segment,
    '{{ feature }}' as feature,
    member_count,
    {{ feature }}_count as known_count,
    {{ feature }}_mean as mean,
    {{ feature }}_variance as variance
from figures_by_segment
where {{ feature }}_count > 0
{% if not loop.last %}union all
{% endif %}
{%- endfor %}
