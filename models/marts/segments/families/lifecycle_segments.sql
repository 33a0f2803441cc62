with contacts as (

    select * from {{ ref('dim_contacts') }}

),

contact_milestones as (

    select
        *,
        {{ months_after('first_order_on', var('new_customer_months')) }} as stops_being_new_on,
        {{ months_after('last_order_on', var('active_customer_months')) }} as inactive_from,
        {{ months_after('last_order_on', var('inactive_second_months')) }} as inactive_6m_from,
        {{ months_after('last_order_on', var('inactive_third_months')) }} as inactive_12m_from,
        {{ months_after('first_emailed_on', var('unresponsive_months')) }} as unresponsive_from,
        -- least() would pass over NULL in one engine and return it in another.
        nullif(least(
            coalesce(first_demo_click_on, cast('9999-12-31' as date)),
            coalesce(first_demo_request_on, cast('9999-12-31' as date)),
            coalesce(enough_downloads_on, cast('9999-12-31' as date))
        ), cast('9999-12-31' as date)) as maturing_from
    from contacts

),

contacts_with_stage as (

    select
        *,
        case
            when relationship <> 'contact' then 'outside'
            when order_count is null then null
            when inactive_12m_from <= {{ as_of() }} then 'inactive_12m'
            when inactive_6m_from <= {{ as_of() }} then 'inactive_6m'
            when inactive_from <= {{ as_of() }} then 'inactive_2m'
            when stops_being_new_on > {{ as_of() }} then 'new_customer'
            when first_order_on is not null then 'active_customer'
            when maturing_from is not null then 'maturing_prospect'
            when unresponsive_from <= {{ as_of() }} and first_response_on is null then 'unresponsive'
            else 'prospect'
        end as lifecycle_stage
    from contact_milestones

)

select
    contact_id,
    lifecycle_stage,
    case lifecycle_stage
        when 'inactive_12m' then inactive_12m_from
        when 'inactive_6m' then inactive_6m_from
        when 'inactive_2m' then inactive_from
        when 'new_customer' then first_order_on
        when 'active_customer'
            -- Active since no longer new, or since the order that ended an inactive time.
            then greatest(stops_being_new_on, order_run_started_on)
        when 'maturing_prospect' then maturing_from
        when 'unresponsive' then unresponsive_from
        when 'prospect'
            -- A reaction that came late ended a time of not responding.
            then case when first_response_on >= unresponsive_from then first_response_on else created_on end
        when 'outside' then created_on
    end as since,
    {{ as_of() }} as as_of
from contacts_with_stage
