{{ config(enabled=var('using_campaigns')) }}
-- In which age bands do campaigns with a hold-out group bring more orders? Age does not change by an email,
-- as most segments do. Among many bands some p-values are small by chance alone.
with audience as (

    select * from {{ ref('campaign_contacts') }}
    where has_ordered is not null

),

contacts as (

    select * from {{ ref('demographic_segments') }}

),

counts as (

    select
        contacts.age_band,
        count(case when not audience.is_held_out then 1 end) as emailed_count,
        count(case when not audience.is_held_out and audience.has_ordered then 1 end) as emailed_conversions,
        count(case when audience.is_held_out then 1 end) as held_out_count,
        count(case when audience.is_held_out and audience.has_ordered then 1 end) as held_out_conversions
    from audience
    inner join contacts on audience.contact_id = contacts.contact_id
    group by contacts.age_band

),

compared as (

    select
        *,
        {{ two_proportion_z(
            'emailed_conversions', 'emailed_count', 'held_out_conversions', 'held_out_count'
        ) }} as z
    from counts

)

select
    age_band,
    emailed_count,
    emailed_conversions,
    held_out_count,
    held_out_conversions,
    cast(emailed_conversions as double) / nullif(emailed_count, 0)
    - cast(held_out_conversions as double) / nullif(held_out_count, 0) as absolute_lift,
    {{ two_sided_p_value('z') }} as p_value
from compared
order by absolute_lift desc nulls last, age_band asc
