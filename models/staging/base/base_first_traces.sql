with undated_contacts as (

    select distinct contact_id
    from {{ ref('input_contacts') }}
    where contact_id is not null and created_at is null

),

traces as (

    select
        contact_id,
        ordered_at as traced_at
    from {{ ref('input_orders') }}
    union all
    select
        contact_id,
        occurred_at as traced_at
    from {{ ref('input_email_events') }}
    union all
    select
        contact_id,
        occurred_at as traced_at
    from {{ ref('input_web_events') }}
    union all
    select
        contact_id,
        opened_at as traced_at
    from {{ ref('input_support_cases') }}
    union all
    select
        contact_id,
        observed_at as traced_at
    from {{ ref('input_contact_traits') }}

)

select
    undated_contacts.contact_id,
    min(traces.traced_at) as first_traced_at
from undated_contacts
inner join traces on undated_contacts.contact_id = traces.contact_id
where traces.traced_at is not null
group by undated_contacts.contact_id
