with given_columns as (

    select * from {{ ref('given_columns') }}

),

-- A row without one of these columns is rejected: a file that lacks it says nothing.
counts as (

    select
        count(case when source = 'orders' then 1 end) as order_columns,
        count(case when source = 'email_events' then 1 end) as email_event_columns,
        count(case when source = 'web_events' and column_name in ('contact_id', 'occurred_at', 'event_type') then 1 end)
            as web_event_columns,
        count(case when source = 'web_events' and column_name = 'page_type' then 1 end) as page_type_columns,
        count(case when source = 'web_events' and column_name = 'session_id' then 1 end) as session_columns,
        count(case when source = 'web_events' and column_name = 'seconds_on_page' then 1 end) as seconds_columns,
        count(case when source = 'support_cases' and column_name in ('contact_id', 'opened_at') then 1 end)
            as support_case_columns,
        count(case when source = 'support_cases' and column_name = 'closed_at' then 1 end) as closing_columns
    from given_columns

)

select
    order_columns > 0 as knows_orders,
    email_event_columns > 0 as knows_email_events,
    web_event_columns = 3 as knows_web_events,
    web_event_columns = 3 and page_type_columns = 1 as knows_page_types,
    web_event_columns = 3 and session_columns = 1 as knows_sessions,
    web_event_columns = 3 and seconds_columns = 1 as knows_seconds_on_page,
    support_case_columns = 2 as knows_support_cases,
    support_case_columns = 2 and closing_columns = 1 as knows_closed_cases
from counts
