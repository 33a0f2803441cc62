-- Columns made in a loop have the loop's indent. -- noqa: disable=LT02
-- Counts, days and amounts have long tails; in logarithms, ten orders are as far from one as a hundred from ten.
-- As decimals, whose sums do not depend on the order of the rows.
with contacts as (

    select
        contact_id,
        ln(1 + {{ dbt.datediff('last_order_on', as_of(), 'day') }}) as days_since_order,
        ln(1 + cast(order_count as double)) as order_count,
        ln(1 + cast(average_order_amount as double)) as average_order_amount,
        open_rate,
        click_rate,
        ln(1 + cast(page_view_count as double)) as page_view_count,
        tenure_days,
        age
    from {{ ref('dim_contacts') }}

),

features as (

    select
        contact_id
        {%- for feature in quality_features() %},
        cast({{ feature }} as decimal(18, 6)) as {{ feature }}
        {%- endfor %}
    from contacts

),

scales as (

    select
        {%- for feature in quality_features() %}
        cast(sum({{ feature }}) as double) / nullif(count({{ feature }}), 0) as {{ feature }}_mean,
        sqrt({{ exact_variance(feature) }}) as {{ feature }}_deviation{{ ',' if not loop.last }}
        {%- endfor %}
    from features

)

select
    features.contact_id
    {%- for feature in quality_features() %},
    cast(cast(
        (features.{{ feature }} - scales.{{ feature }}_mean) / nullif(scales.{{ feature }}_deviation, 0)
        as decimal(18, 6)
    ) as double) as {{ feature }}
    {%- endfor %}
from features
cross join scales
