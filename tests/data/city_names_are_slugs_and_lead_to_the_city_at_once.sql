-- A name written otherwise, or a city that has another name itself, would never be found.
select
    city_names.written_as,
    city_names.city
from {{ ref('city_names') }} as city_names
left join {{ ref('city_names') }} as further on city_names.city = further.written_as
where
    city_names.written_as <> coalesce({{ slug('city_names.written_as') }}, '')
    or city_names.city <> coalesce({{ slug('city_names.city') }}, '')
    or further.written_as is not null
