with contacts as (

    select * from {{ ref('int_contacts_resolved') }}

),

contacts_today as (

    select
        contact_id,
        birth_date,
        {{ as_of() }} as today,
        extract(year from {{ as_of() }}) as this_year,
        cast({{ dbt.date_trunc('month', as_of()) }} as date) as first_of_month,
        cast({{ dbt.date_trunc('week', as_of()) }} as date) as monday
    from contacts

),

birthdays as (

    select
        contact_id,
        birth_date,
        today,
        first_of_month,
        monday,
        cast({{ dbt.dateadd('day', 6, 'monday') }} as date) as sunday,
        {{ birthday_in_year('birth_date', 'this_year') }} as birthday,
        {{ birthday_in_year('birth_date', '(this_year - 1)') }} as previous_birthday,
        {{ birthday_in_year('birth_date', '(this_year + 1)') }} as next_birthday
    from contacts_today

)

select
    contact_id,
    -- Counted by the day, it would change on the birthday, and a contact entering a segment by age would show it.
    case
        when birth_date > first_of_month then 0
        else cast({{ age_on('birth_date', 'first_of_month') }} as integer)
    end as age,
    coalesce(birthday = today, false) as is_birthday_today,
    -- The week of New Year has birthdays of two years in it.
    coalesce(
        birthday between monday and sunday
        or previous_birthday between monday and sunday
        or next_birthday between monday and sunday,
        false
    ) as is_birthday_this_week,
    coalesce(extract(month from birthday) = extract(month from today), false) as is_birthday_this_month
from birthdays
