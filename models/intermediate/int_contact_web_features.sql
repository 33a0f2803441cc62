with web_events as (

    select * from {{ ref('fct_web_events') }}

),

per_contact as (

    select
        contact_id,
        count(case when event_type = 'page_view' then 1 end) as page_view_count,
        count(case when event_type = 'page_view' and page_type = 'product' then 1 end) as product_page_view_count,
        count(case when event_type = 'form_submit' then 1 end) as form_count,
        count(case when event_type = 'demo_request' then 1 end) as demo_request_count,
        min(case when event_type = 'demo_request' then occurred_on end) as first_demo_request_on,
        count(distinct session_id) as session_count,
        cast(sum(coalesce(seconds_on_page, 0)) as bigint) as seconds_on_site,
        max(occurred_on) as last_visit_on
    from web_events
    group by contact_id

),

-- The same guide fetched twice is one download.
downloaded_files as (

    select
        contact_id,
        coalesce(page_url, event_id) as file,
        min(occurred_on) as downloaded_on
    from web_events
    where event_type = 'download'
    group by contact_id, coalesce(page_url, event_id)

),

numbered_downloads as (

    select
        contact_id,
        downloaded_on,
        row_number() over (partition by contact_id order by downloaded_on asc, file asc) as download_number
    from downloaded_files

),

downloads as (

    select
        contact_id,
        count(*) as download_count,
        min(case when download_number = {{ var('maturing_guide_count') }} then downloaded_on end) as enough_downloads_on
    from numbered_downloads
    group by contact_id

)

select
    per_contact.contact_id,
    per_contact.page_view_count,
    per_contact.product_page_view_count,
    per_contact.form_count,
    per_contact.demo_request_count,
    per_contact.first_demo_request_on,
    per_contact.session_count,
    per_contact.seconds_on_site,
    per_contact.last_visit_on,
    coalesce(downloads.download_count, 0) as download_count,
    downloads.enough_downloads_on
from per_contact
left join downloads on per_contact.contact_id = downloads.contact_id
