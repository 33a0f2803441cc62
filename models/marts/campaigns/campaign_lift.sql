with audience as (

    select * from {{ ref('campaign_contacts') }}
    where has_ordered is not null

),

reporting_currency as (

    select * from {{ ref('dim_reporting_currency') }}

),

counts as (

    select
        campaign_id,
        count(case when not is_held_out then 1 end) as emailed_count,
        count(case when not is_held_out and has_ordered then 1 end) as emailed_conversions,
        cast(avg(case when not is_held_out then ordered_amount end) as double) as emailed_revenue_per_head,
        {{ exact_variance('case when not is_held_out then ordered_amount end') }} as emailed_population_variance,
        count(case when is_held_out then 1 end) as held_out_count,
        count(case when is_held_out and has_ordered then 1 end) as held_out_conversions,
        cast(avg(case when is_held_out then ordered_amount end) as double) as held_out_revenue_per_head,
        {{ exact_variance('case when is_held_out then ordered_amount end') }} as held_out_population_variance
    from audience
    group by campaign_id

),

variances as (

    select
        *,
        emailed_population_variance * emailed_count / nullif(emailed_count - 1, 0) as emailed_variance,
        held_out_population_variance * held_out_count / nullif(held_out_count - 1, 0) as held_out_variance
    from counts

),

rates as (

    select
        *,
        cast(emailed_conversions as double) / nullif(emailed_count, 0) as emailed_rate,
        {{ wilson_bound('emailed_conversions', 'emailed_count', 'low') }} as emailed_rate_low,
        {{ wilson_bound('emailed_conversions', 'emailed_count', 'high') }} as emailed_rate_high,
        cast(held_out_conversions as double) / nullif(held_out_count, 0) as held_out_rate,
        {{ wilson_bound('held_out_conversions', 'held_out_count', 'low') }} as held_out_rate_low,
        {{ wilson_bound('held_out_conversions', 'held_out_count', 'high') }} as held_out_rate_high,
        {{ two_proportion_z(
            'emailed_conversions', 'emailed_count', 'held_out_conversions', 'held_out_count'
        ) }} as z,
        sqrt(emailed_variance / nullif(emailed_count, 0) + held_out_variance / nullif(held_out_count, 0))
            as revenue_standard_error,
        {{ welch_degrees_of_freedom(
            'emailed_variance', 'nullif(emailed_count, 0)', 'held_out_variance', 'nullif(held_out_count, 0)'
        ) }} as revenue_degrees_of_freedom
    from variances

),

margins as (

    select
        rates.*,
        reporting_currency.currency,
        rates.revenue_standard_error * {{ t_quantile('rates.revenue_degrees_of_freedom') }} as revenue_margin
    from rates
    cross join reporting_currency

)

select
    campaign_id,
    emailed_count,
    emailed_conversions,
    emailed_rate,
    emailed_rate_low,
    emailed_rate_high,
    held_out_count,
    held_out_conversions,
    held_out_rate,
    held_out_rate_low,
    held_out_rate_high,
    emailed_rate - held_out_rate as absolute_lift,
    -- Newcombe's hybrid score interval, from the two Wilson intervals.
    emailed_rate - held_out_rate - sqrt(
        power(emailed_rate - emailed_rate_low, 2) + power(held_out_rate_high - held_out_rate, 2)
    ) as absolute_lift_low,
    emailed_rate - held_out_rate + sqrt(
        power(emailed_rate_high - emailed_rate, 2) + power(held_out_rate - held_out_rate_low, 2)
    ) as absolute_lift_high,
    (emailed_rate - held_out_rate) / nullif(held_out_rate, 0) as relative_lift,
    {{ two_sided_p_value('z') }} as p_value,
    emailed_revenue_per_head,
    held_out_revenue_per_head,
    emailed_revenue_per_head - held_out_revenue_per_head as revenue_per_head_lift,
    emailed_revenue_per_head - held_out_revenue_per_head - revenue_margin as revenue_per_head_lift_low,
    emailed_revenue_per_head - held_out_revenue_per_head + revenue_margin as revenue_per_head_lift_high,
    currency,
    {{ as_of() }} as as_of
from margins
