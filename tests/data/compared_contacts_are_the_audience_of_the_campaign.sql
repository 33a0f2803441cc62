{{ config(enabled=var('using_campaigns')) }}
-- Emailed and held out together are those whom the campaign was sent to and those with the trait.
with lift as (

    select * from {{ ref('campaign_lift') }}

),

emails as (

    select
        contact_id,
        campaign_id
    from {{ ref('fct_emails') }}

),

held_out as (

    select
        contact_id,
        value as campaign_id
    from {{ ref('fct_contact_traits') }}
    where trait = 'hold_out'

),

audience as (

    select * from emails
    union
    select * from held_out

),

counts as (

    select
        lift.campaign_id,
        count(audience.contact_id) as contact_count
    from lift
    left join audience on lift.campaign_id = audience.campaign_id
    group by lift.campaign_id

)

select lift.*
from lift
inner join counts on lift.campaign_id = counts.campaign_id
where lift.emailed_count + lift.held_out_count <> counts.contact_count
