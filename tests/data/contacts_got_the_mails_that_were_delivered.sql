with contacts as (

    select
        coalesce(sum(delivered_count), 0) as delivered_count,
        coalesce(sum(opened_count), 0) as opened_count,
        coalesce(sum(clicked_count), 0) as clicked_count
    from {{ ref('dim_contacts') }}

),

mails as (

    select
        count(case when is_delivered then 1 end) as delivered_count,
        count(case when is_opened then 1 end) as opened_count,
        count(case when is_clicked then 1 end) as clicked_count
    from {{ ref('fct_mails') }}

)

select
    contacts.*,
    mails.*
from contacts
cross join mails
where
    contacts.delivered_count <> mails.delivered_count
    or contacts.opened_count <> mails.opened_count
    or contacts.clicked_count <> mails.clicked_count
