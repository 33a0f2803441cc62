-- What is known of each contact, one row a contact.
create temp table order_features as
with completed_orders as (
    select
        *,
        lag(ordered_on) over (partition by contact_number order by ordered_at asc, order_id asc) as previous_ordered_on
    from fct_orders
    where is_completed
),

item_counts as (
    select
        contact_number,
        list_sort(list(distinct category) filter (where category is not null)) as bought_categories,
        cast(sum(quantity) as double) / count(distinct order_id) as average_item_count
    from fct_order_items
    where is_completed
    group by contact_number
),

order_totals as (
    select
        contact_number,
        count(*) as order_count,
        count(*) filter (where months_after(ordered_on, 12) > getvariable('as_of')) as order_count_12m,
        cast(sum(total_amount) as decimal(18, 2)) as total_amount,
        cast(avg(total_amount) as decimal(18, 2)) as average_order_amount,
        max(total_amount) as largest_order_amount,
        arg_max(total_amount, (ordered_at, order_id)) as last_order_amount,
        min(ordered_on) as first_order_on,
        max(ordered_on) as last_order_on,
        max(ordered_on) filter (where coalesce(months_after(previous_ordered_on, 2) <= ordered_on, true))
            as order_run_started_on
    from completed_orders
    group by contact_number
)
select * from order_totals left join item_counts using (contact_number);

create temp table email_features as
with delivered as (
    select
        contact_number,
        count(*) as delivered_count,
        count(*) filter (where is_opened) as opened_count,
        count(*) filter (where is_clicked) as clicked_count,
        min(sent_on) as first_emailed_on,
        max(sent_on) as last_emailed_on
    from fct_emails
    where not is_bounced
    group by contact_number
),

responses as (
    select
        contact_number,
        max(occurred_on) filter (where event_type = 'opened') as last_opened_on,
        max(occurred_on) filter (where event_type = 'clicked') as last_clicked_on,
        min(occurred_on) as first_response_on,
        max(occurred_on) as last_response_on,
        min(occurred_on) filter (where event_type = 'clicked' and lower(link_url) like '%demo%') as first_demo_click_on
    from some_email_events
    where (event_type = 'opened' and not is_machine_open) or event_type = 'clicked'
    group by contact_number
)
select * from delivered full join responses using (contact_number);

create temp table web_features as
with visits as (
    select
        contact_id,
        count(*) filter (where event_type = 'page_view') as page_view_count,
        count(*) filter (where event_type = 'page_view' and page_type = 'product') as product_page_view_count,
        count(*) filter (where event_type = 'form_submit') as form_count,
        count(*) filter (where event_type = 'demo_request') as demo_request_count,
        min(occurred_on) filter (where event_type = 'demo_request') as first_demo_request_on,
        count(distinct session_id) as session_count,
        cast(sum(coalesce(seconds_on_page, 0)) as bigint) as seconds_on_site,
        max(occurred_on) as last_visit_on
    from fct_web_events
    group by contact_id
),

downloads as (
    select
        contact_id,
        count(*) as download_count,
        list_sort(list(downloaded_on))[2] as enough_downloads_on
    from (
        select
            contact_id,
            min(occurred_on) as downloaded_on
        from fct_web_events
        where event_type = 'download'
        group by contact_id, coalesce(page_url, event_id)
    )
    group by contact_id
)
select * from visits left join downloads using (contact_id);

create temp table support_features as
select
    contact_id,
    count(*) as support_case_count,
    count(*) filter (where closed_on is null) as open_support_case_count,
    max(opened_on) as last_support_case_on
from fct_support_cases
group by contact_id;

create temp table dim_contacts as
select
    contacts.contact_id,
    contacts.contact_number,
    contacts.created_on,
    date_diff('day', contacts.created_on, getvariable('as_of')) as tenure_days,
    contacts.email,
    contacts.email is not null as has_email,
    contacts.first_name,
    contacts.last_name,
    contacts.phone,
    phones.contact_id is not null as has_mobile_number,
    contacts.gender,
    contacts.birth_date,
    birthdays.age,
    coalesce(birthdays.is_birthday_today, false) as is_birthday_today,
    coalesce(birthdays.is_birthday_this_week, false) as is_birthday_this_week,
    coalesce(birthdays.is_birthday_this_month, false) as is_birthday_this_month,
    contacts.postal_code,
    contacts.city,
    contacts.region,
    coalesce(country_names.country, contacts.country) as country,
    contacts.language,
    contacts.occupation_group,
    contacts.job_title,
    contacts.company,
    contacts.company_sector,
    contacts.company_size,
    coalesce(contacts.relationship, 'contact') as relationship,
    contacts.lead_status,
    contacts.interests,
    contacts.preferred_topics,
    contacts.max_emails_per_month,
    contacts.acquisition_channel,
    contacts.landing_page,
    contacts.email_consent,
    contacts.consent_on,
    permissions.reason as suppression_reason,
    permissions.since_on as suppressed_on,
    permissions.is_allowed as can_receive_email,
    order_features.* exclude (contact_number) replace (
        coalesce(order_features.order_count, 0) as order_count,
        coalesce(order_features.order_count_12m, 0) as order_count_12m,
        coalesce(order_features.total_amount, 0) as total_amount
    ),
    coalesce(email_features.delivered_count, 0) as delivered_count,
    coalesce(email_features.opened_count, 0) as opened_count,
    coalesce(email_features.clicked_count, 0) as clicked_count,
    cast(email_features.opened_count as double) / email_features.delivered_count as open_rate,
    cast(email_features.clicked_count as double) / email_features.delivered_count as click_rate,
    email_features.first_emailed_on,
    email_features.last_emailed_on,
    email_features.last_opened_on,
    email_features.last_clicked_on,
    email_features.first_response_on,
    email_features.last_response_on,
    email_features.first_demo_click_on,
    coalesce(web_features.page_view_count, 0) as page_view_count,
    coalesce(web_features.product_page_view_count, 0) as product_page_view_count,
    coalesce(web_features.form_count, 0) as form_count,
    coalesce(web_features.download_count, 0) as download_count,
    web_features.enough_downloads_on,
    coalesce(web_features.demo_request_count, 0) as demo_request_count,
    web_features.first_demo_request_on,
    coalesce(web_features.session_count, 0) as session_count,
    coalesce(web_features.seconds_on_site, 0) as seconds_on_site,
    web_features.last_visit_on,
    coalesce(support_features.support_case_count, 0) as support_case_count,
    coalesce(support_features.open_support_case_count, 0) as open_support_case_count,
    support_features.last_support_case_on
from resolved_contacts as contacts
inner join contact_permissions as permissions
    on contacts.contact_id = permissions.contact_id and permissions.channel = 'email'
left join birthdays on contacts.contact_id = birthdays.contact_id
left join phones on contacts.contact_id = phones.contact_id
left join country_names on lower(contacts.country) = country_names.written_as
left join order_features on contacts.contact_number = order_features.contact_number
left join email_features on contacts.contact_number = email_features.contact_number
left join web_features on contacts.contact_id = web_features.contact_id
left join support_features on contacts.contact_id = support_features.contact_id;
