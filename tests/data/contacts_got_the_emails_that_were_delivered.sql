with contacts as (

    select
        coalesce(sum(delivered_count), 0) as delivered_count,
        coalesce(sum(opened_count), 0) as opened_count,
        coalesce(sum(clicked_count), 0) as clicked_count
    from {{ ref('dim_contacts') }}

),

emails as (

    select
        count(case when is_delivered then 1 end) as delivered_count,
        count(case when is_opened then 1 end) as opened_count,
        count(case when is_clicked then 1 end) as clicked_count
    from {{ ref('fct_emails') }}

)

select
    contacts.*,
    emails.*
from contacts
cross join emails
where
    contacts.delivered_count <> emails.delivered_count
    or contacts.opened_count <> emails.opened_count
    or contacts.clicked_count <> emails.clicked_count
