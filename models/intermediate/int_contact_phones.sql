with contacts as (

    select * from {{ ref('int_contacts_resolved') }}

),

mobile_prefixes as (

    select * from {{ ref('mobile_prefixes') }}

),

country_names as (

    select * from {{ ref('country_names') }}

),

calling_codes as (

    select distinct
        country,
        calling_code
    from mobile_prefixes

),

phone_digits as (

    select
        contacts.contact_id,
        calling_codes.calling_code,
        -- "+41 (0)79 123" carries the national 0 for readers inside the country.
        {{ replace_matches("replace(contacts.phone, '(0)', '')", '[^0-9+]') }} as phone
    from contacts
    left join country_names on lower(contacts.country) = country_names.written_as
    left join calling_codes on country_names.country = calling_codes.country
    where contacts.phone is not null

),

international_numbers as (

    select
        contact_id,
        case
            when phone like '+%' then replace(phone, '+', '')
            when phone like '00%' then substr(phone, 3)
            when phone like '0%' and calling_code is not null then calling_code || substr(phone, 2)
        end as international_number
    from phone_digits

),

mobile_numbers as (

    select distinct international_numbers.contact_id
    from international_numbers
    inner join mobile_prefixes
        on
            international_numbers.international_number
            like mobile_prefixes.calling_code || mobile_prefixes.mobile_prefix || '%'

)

select
    international_numbers.contact_id,
    international_numbers.international_number,
    mobile_numbers.contact_id is not null as has_mobile_number
from international_numbers
left join mobile_numbers on international_numbers.contact_id = mobile_numbers.contact_id
