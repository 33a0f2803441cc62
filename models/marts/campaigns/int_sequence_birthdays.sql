{{ config(materialized='view') }}

with contacts as (

    select * from {{ ref('int_contacts_resolved') }}

),

birthday_sequences as (

    select * from {{ ref('sequences') }}
    where trigger = 'birthday'

),

year_numbers as (

    {{ dbt.generate_series(100) }}

),

-- A birthday before the first day of the sequence may begin the cooldown of the first one after it.
birthday_years as (

    select
        birthday_sequences.sequence,
        extract(year from {{ as_of() }}) + 2 - year_numbers.generated_number as birthday_year
    from birthday_sequences
    cross join year_numbers
    where
        extract(year from {{ as_of() }}) + 2 - year_numbers.generated_number
        >= extract(year from birthday_sequences.starts_on) - 1

),

birthdays as (

    select
        contacts.contact_id,
        birthday_years.sequence,
        contacts.created_on,
        {{ birthday_in_year('contacts.birth_date', 'birthday_years.birthday_year') }} as birthday
    from contacts
    cross join birthday_years
    where contacts.birth_date is not null

)

select
    contact_id,
    sequence,
    birthday
from birthdays
where
    birthday >= created_on
    and birthday <= cast({{ dbt.dateadd('day', var('sequence_upcoming_days'), as_of()) }} as date)
