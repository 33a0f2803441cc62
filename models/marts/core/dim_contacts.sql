with profiles as (

    select * from {{ ref('int_contact_profiles') }}

),

email_permissions as (

    select *
    from {{ ref('contact_permissions') }}
    where channel = 'email'

),

order_features as (

    select * from {{ ref('int_contact_order_features') }}

),

email_features as (

    select * from {{ ref('int_contact_email_features') }}

),

web_features as (

    select * from {{ ref('int_contact_web_features') }}

),

support_features as (

    select * from {{ ref('int_contact_support_features') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

)

select
    profiles.*,
    email_permissions.reason as suppression_reason,
    email_permissions.since_on as suppressed_on,
    coalesce(email_permissions.is_allowed, false) as can_receive_email,
    case when knowledge.knows_orders then coalesce(order_features.order_count, 0) end as order_count,
    case when knowledge.knows_orders then coalesce(order_features.order_count_12m, 0) end as order_count_12m,
    case when knowledge.knows_orders then coalesce(order_features.total_amount, 0) end as total_amount,
    order_features.average_order_amount,
    order_features.largest_order_amount,
    order_features.last_order_amount,
    order_features.average_item_count,
    order_features.first_order_on,
    order_features.last_order_on,
    order_features.order_run_started_on,
    order_features.bought_categories,
    case when knowledge.knows_email_events then coalesce(email_features.delivered_count, 0) end as delivered_count,
    case when knowledge.knows_email_events then coalesce(email_features.opened_count, 0) end as opened_count,
    case when knowledge.knows_email_events then coalesce(email_features.clicked_count, 0) end as clicked_count,
    email_features.open_rate,
    email_features.click_rate,
    email_features.first_emailed_on,
    email_features.last_emailed_on,
    email_features.last_opened_on,
    email_features.last_clicked_on,
    email_features.first_response_on,
    email_features.last_response_on,
    email_features.first_demo_click_on,
    case when knowledge.knows_web_events then coalesce(web_features.page_view_count, 0) end as page_view_count,
    case
        when knowledge.knows_page_types then coalesce(web_features.product_page_view_count, 0)
    end as product_page_view_count,
    case when knowledge.knows_web_events then coalesce(web_features.form_count, 0) end as form_count,
    case when knowledge.knows_web_events then coalesce(web_features.download_count, 0) end as download_count,
    web_features.enough_downloads_on,
    case when knowledge.knows_web_events then coalesce(web_features.demo_request_count, 0) end as demo_request_count,
    web_features.first_demo_request_on,
    case when knowledge.knows_sessions then coalesce(web_features.session_count, 0) end as session_count,
    case when knowledge.knows_seconds_on_page then coalesce(web_features.seconds_on_site, 0) end as seconds_on_site,
    web_features.last_visit_on,
    case
        when knowledge.knows_support_cases then coalesce(support_features.support_case_count, 0)
    end as support_case_count,
    case
        when knowledge.knows_closed_cases then coalesce(support_features.open_support_case_count, 0)
    end as open_support_case_count,
    support_features.last_support_case_on
from profiles
cross join knowledge
left join email_permissions on profiles.contact_id = email_permissions.contact_id
left join order_features on profiles.contact_id = order_features.contact_id
left join email_features on profiles.contact_id = email_features.contact_id
left join web_features on profiles.contact_id = web_features.contact_id
left join support_features on profiles.contact_id = support_features.contact_id
