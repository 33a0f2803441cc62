with web_events as (

    select * from {{ ref('fct_web_events') }}

),

visit_totals as (

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
    visit_totals.contact_id,
    visit_totals.page_view_count,
    visit_totals.product_page_view_count,
    visit_totals.form_count,
    visit_totals.demo_request_count,
    visit_totals.first_demo_request_on,
    visit_totals.session_count,
    visit_totals.seconds_on_site,
    visit_totals.last_visit_on,
    coalesce(downloads.download_count, 0) as download_count,
    downloads.enough_downloads_on
from visit_totals
left join downloads on visit_totals.contact_id = downloads.contact_id
