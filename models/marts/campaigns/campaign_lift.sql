with audience as (

    select * from {{ ref('campaign_contacts') }}
    where has_ordered is not null

),

counts as (

    select
        campaign_id,
        count(case when not is_held_out then 1 end) as mailed_count,
        count(case when not is_held_out and has_ordered then 1 end) as mailed_conversions,
        count(case when is_held_out then 1 end) as held_out_count,
        count(case when is_held_out and has_ordered then 1 end) as held_out_conversions
    from audience
    group by campaign_id

),

rates as (

    select
        *,
        cast(mailed_conversions as double) / nullif(mailed_count, 0) as mailed_rate,
        {{ wilson_bound('mailed_conversions', 'mailed_count', 'low') }} as mailed_rate_low,
        {{ wilson_bound('mailed_conversions', 'mailed_count', 'high') }} as mailed_rate_high,
        cast(held_out_conversions as double) / nullif(held_out_count, 0) as held_out_rate,
        {{ wilson_bound('held_out_conversions', 'held_out_count', 'low') }} as held_out_rate_low,
        {{ wilson_bound('held_out_conversions', 'held_out_count', 'high') }} as held_out_rate_high,
        {{ two_proportion_z(
            'mailed_conversions', 'mailed_count', 'held_out_conversions', 'held_out_count'
        ) }} as z
    from counts

)

select
    campaign_id,
    mailed_count,
    mailed_conversions,
    mailed_rate,
    mailed_rate_low,
    mailed_rate_high,
    held_out_count,
    held_out_conversions,
    held_out_rate,
    held_out_rate_low,
    held_out_rate_high,
    mailed_rate - held_out_rate as absolute_lift,
    -- Newcombe's hybrid score interval, from the two Wilson intervals.
    mailed_rate - held_out_rate - sqrt(
        power(mailed_rate - mailed_rate_low, 2) + power(held_out_rate_high - held_out_rate, 2)
    ) as absolute_lift_low,
    mailed_rate - held_out_rate + sqrt(
        power(mailed_rate_high - mailed_rate, 2) + power(held_out_rate - held_out_rate_low, 2)
    ) as absolute_lift_high,
    (mailed_rate - held_out_rate) / nullif(held_out_rate, 0) as relative_lift,
    {{ two_sided_p_value('z') }} as p_value,
    {{ as_of() }} as as_of
from rates
