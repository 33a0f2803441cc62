-- Contacts: accepted rows, erased people, identity, consent and what fills gaps in a merged contact.
-- Zurich is one hour ahead in winter and two in summer; in March and October the table of zones is asked.
create macro local_date(moment) as case
    when month(moment) in (3, 10) then cast(timezone('Europe/Zurich', timezone('UTC', moment)) as date)
    when month(moment) between 4 and 9 then cast(moment + interval 2 hours as date)
    else cast(moment + interval 1 hour as date)
end;
create macro months_after(day, months) as cast(day + to_months(cast(months as integer)) as date);
create macro clean_text(value) as nullif(trim(value, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '');
create macro address(value) as
    nullif(regexp_extract(lower(clean_text(value)), '^[^@\s,;<>"]+@[^@\s,;<>"]+\.[^@\s,;<>".]+$'), '');
create macro birthday_in_year(birth_date, in_year) as
    cast(birth_date + to_years(cast(in_year - extract(year from birth_date) as integer)) as date);

-- Without a date a contact exists from its first trace on, or from the day of the file that brought it.
create temp table first_moments as
with undated as (
    select
        contact_id,
        min(coalesce(
            try_cast(regexp_extract(filename, '(\d{4}-\d\d-\d\d)\.parquet$', 1) as date), getvariable('as_of')
        )) as delivered_on
    from raw_contacts
    group by contact_id
    having count(*) > count(created_at)
),

traces as (
    select contact_id, ordered_at as traced_at from raw_orders
    union all
    select contact_id, occurred_at from raw_email_events
    union all
    select contact_id, occurred_at from raw_web_events
    union all
    select contact_id, opened_at from raw_support_cases
    union all
    select contact_id, observed_at from raw_contact_traits
)

select
    undated.contact_id,
    coalesce(
        min(traces.traced_at), timezone('UTC', timezone('Europe/Zurich', cast(any_value(delivered_on) as timestamp)))
    ) as first_known_at
from undated
left join traces on undated.contact_id = traces.contact_id
group by undated.contact_id;

create temp table contact_rows as
select
    row_number() over () as row_number,
    clean_text(contacts.contact_id) as contact_id,
    address(email) as email,
    coalesce(created_at, first_known_at) as created_at,
    clean_text(first_name) as first_name,
    clean_text(last_name) as last_name,
    case when lower(clean_text(gender)) in ('female', 'male', 'other') then lower(clean_text(gender)) end as gender,
    case
        when birth_date > date '1900-01-01' and birth_date < cast(created_at as date) then birth_date
    end as birth_date,
    clean_text(phone) as phone,
    clean_text(city) as city,
    clean_text(region) as region,
    clean_text(postal_code) as postal_code,
    clean_text(contacts.country) as country,
    lower(clean_text(language)) as language,
    occupation_groups.occupation_group,
    clean_text(job_title) as job_title,
    clean_text(company) as company,
    clean_text(company_sector) as company_sector,
    clean_text(company_size) as company_size,
    case
        when lower(clean_text(relationship)) in ('contact', 'partner', 'supplier', 'friend', 'former_colleague')
            then lower(clean_text(relationship))
    end as relationship,
    case
        when lower(clean_text(lead_status)) in ('new', 'qualified', 'inactive') then lower(clean_text(lead_status))
    end as lead_status,
    nullif(list_sort(list_distinct(list_filter(
        list_transform(interests, lambda item: clean_text(lower(item))), lambda item: item is not null
    ))), []) as interests,
    nullif(list_sort(list_distinct(list_filter(
        list_transform(preferred_topics, lambda item: clean_text(lower(item))), lambda item: item is not null
    ))), []) as preferred_topics,
    case when max_emails_per_month >= 0 then max_emails_per_month end as max_emails_per_month,
    lower(clean_text(acquisition_channel)) as acquisition_channel,
    clean_text(landing_page) as landing_page,
    email_consent,
    consent_at,
    updated_at
from raw_contacts as contacts
left join first_moments on contacts.contact_id = first_moments.contact_id
left join occupation_groups on lower(clean_text(contacts.occupation_group)) = occupation_groups.written_as;

-- An address of more than three ids is nobody's own.
create temp table shared_addresses as
select email
from contact_rows
where email is not null
group by email
having count(distinct contact_id) > 3;

create temp table erased_contacts as
with requested as (
    select clean_text(contact_id) as contact_id from raw_erasures
    union
    select contact_rows.contact_id
    from raw_erasures
    inner join contact_rows on address(raw_erasures.contact_id) = contact_rows.email
    where contact_rows.email not in (from shared_addresses)
)
select contact_id from requested
union
select others.contact_id
from requested
inner join contact_rows as own on requested.contact_id = own.contact_id
inner join contact_rows as others on own.email = others.email
where own.email not in (from shared_addresses);

delete from contact_rows where contact_id in (from erased_contacts);

create temp table known_contacts as
select * exclude (latest)
from (
    select
        *,
        row_number() over (
            partition by contact_id
            order by
                case when local_date(updated_at) > getvariable('as_of') then 0 else 1 end desc,
                updated_at desc nulls last,
                row_number desc
        ) as latest
    from contact_rows
    where contact_id is not null and created_at is not null
)
where latest = 1;

-- source_number is what a fact's contact_id becomes: numbers are cheaper to group by than text.
create temp table contact_map as
with identities as (
    select
        contact_id,
        created_at,
        case
            when email is not null and count(*) over (partition by email) <= 3 then email
            else 'id ' || contact_id
        end as identity
    from known_contacts
    where local_date(created_at) <= getvariable('as_of')
),

resolved as (
    select
        contact_id as source_contact_id,
        first_value(contact_id) over (partition by identity order by created_at asc, contact_id asc) as contact_id
    from identities
)

select
    source_contact_id,
    contact_id,
    cast(dense_rank() over (order by contact_id) as integer) as contact_number
from resolved;

create temp table address_owners as
select distinct
    known_contacts.email,
    contact_map.contact_id
from known_contacts
inner join contact_map on known_contacts.contact_id = contact_map.source_contact_id
where email is not null;
