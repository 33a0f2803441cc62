with contacts as (

    select * from {{ ref('dim_contacts') }}

),

rfm_scores as (

    select * from {{ ref('contact_rfm_scores') }}

),

rfm_grid as (

    select * from {{ ref('rfm_grid') }}

),

amount_bands as (

    select * from {{ ref('amount_bands') }}

),

spend_bands as (

    select * from amount_bands
    where measure = 'spend_band'

),

basket_sizes as (

    select * from amount_bands
    where measure = 'basket_size'

)

select
    contacts.contact_id,
    rfm_grid.rfm_segment,
    rfm_scores.recency_score,
    rfm_scores.frequency_score,
    rfm_scores.monetary_score,
    case
        when contacts.order_count_12m >= {{ var('habitual_order_count') }} then 'habitual'
        when contacts.order_count > 0 then 'occasional'
        when contacts.order_count = 0 then 'never'
    end as purchase_frequency,
    case when contacts.order_count is not null then coalesce(spend_bands.band, 'none') end as spend_band,
    case when contacts.order_count is not null then coalesce(basket_sizes.band, 'none') end as basket_size,
    case
        when contacts.delivered_count = 0 then 'unmailed'
        when {{ months_after('contacts.last_response_on', var('engaged_months')) }} > {{ as_of() }} then 'engaged'
        when
            {{ months_after(
                'coalesce(contacts.last_response_on, contacts.first_emailed_on)', var('disengaged_months')
            ) }} > {{ as_of() }}
            then 'passive'
        when contacts.delivered_count > 0 then 'inactive'
    end as email_engagement,
    contacts.open_rate,
    contacts.click_rate,
    {{ as_of() }} as as_of
from contacts
left join rfm_scores on contacts.contact_id = rfm_scores.contact_id
left join rfm_grid
    on
        rfm_scores.recency_score = rfm_grid.recency_score
        and rfm_scores.frequency_monetary_score = rfm_grid.frequency_monetary_score
left join spend_bands
    on
        contacts.order_count > 0
        and contacts.total_amount >= spend_bands.from_amount
        and (contacts.total_amount < spend_bands.below_amount or spend_bands.below_amount is null)
left join basket_sizes
    on
        contacts.average_order_amount >= basket_sizes.from_amount
        and (contacts.average_order_amount < basket_sizes.below_amount or basket_sizes.below_amount is null)
