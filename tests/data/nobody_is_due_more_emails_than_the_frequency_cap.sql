{{ config(enabled=var('using_campaigns')) }}
-- Counts the emails that the source says were sent beside the messages due, not those that the cap counted.
with due as (

    select
        contact_id,
        count(*) as due_count
    from {{ ref('int_sequence_messages') }}
    where status = 'due'
    group by contact_id

),

emails as (

    select
        contact_id,
        count(case when occurred_on > {{ days_before_as_of(7) }} then 1 end) as email_count_7d,
        count(*) as email_count_30d
    from {{ ref('fct_email_events') }}
    where event_type = 'sent' and occurred_on > {{ days_before_as_of(30) }}
    group by contact_id

)

select
    due.contact_id,
    due.due_count,
    emails.email_count_7d,
    emails.email_count_30d,
    contacts.max_emails_per_month
from due
inner join {{ ref('dim_contacts') }} as contacts on due.contact_id = contacts.contact_id
left join emails on due.contact_id = emails.contact_id
where
    due.due_count + coalesce(emails.email_count_7d, 0) > {{ var('max_emails_7d') }}
    or due.due_count + coalesce(emails.email_count_30d, 0) > {{ var('max_emails_30d') }}
    or due.due_count + coalesce(emails.email_count_30d, 0) > contacts.max_emails_per_month
