-- Columns made in a loop have the loop's indent. -- noqa: disable=LT02
-- Counts, days and amounts have long tails; in logarithms, ten orders are as far from one as a hundred from ten.
with features as (

    select
        contact_id,
        ln(1 + {{ dbt.datediff('last_order_on', as_of(), 'day') }}) as days_since_order,
        ln(1 + cast(order_count as double)) as order_count,
        ln(1 + cast(average_order_amount as double)) as average_order_amount,
        open_rate,
        click_rate,
        ln(1 + cast(page_view_count as double)) as page_view_count,
        cast(tenure_days as double) as tenure_days,
        cast(age as double) as age
    from {{ ref('dim_contacts') }}

)

select
    contact_id
    {%- for feature in quality_features() %},
    ({{ feature }} - avg({{ feature }}) over ()) / nullif(stddev_pop({{ feature }}) over (), 0) as {{ feature }}
    {%- endfor %}
from features
