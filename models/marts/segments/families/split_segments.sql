with contacts as (

    select * from {{ ref('dim_contacts') }}

),

city_names as (

    select * from {{ ref('city_names') }}

),

clusters as (

    {{ rows_if('using_clusters', 'cluster_segments', {'contact_id': 'varchar', 'cluster': 'varchar'}) }}

),

written as (

    select
        contact_id,
        'city' as family,
        city as written_as
    from contacts
    union all
    select
        contact_id,
        'landing_page' as family,
        landing_page as written_as
    from contacts
    union all
    select
        contact_id,
        'topic' as family,
        {{ list_items('preferred_topics') }} as written_as
    from contacts
    union all
    select
        contact_id,
        'interest' as family,
        {{ list_items('interests') }} as written_as
    from contacts
    union all
    -- A cluster is already named like its segment.
    select
        contact_id,
        'cluster' as family,
        replace(cluster, 'cluster_', '') as written_as
    from clusters

),

-- Few spellings make many values: an alias is found once a spelling, not once a contact.
spellings as (

    select distinct
        family,
        written_as
    from written
    where written_as is not null

),

slugs as (

    select
        *,
        {{ slug('written_as') }} as slug
    from spellings

),

aliases as (

    select
        slugs.family,
        slugs.written_as,
        slugs.family || '_' || coalesce(city_names.city, slugs.slug) as segment
    from slugs
    left join city_names on slugs.slug = city_names.written_as and slugs.family = 'city'

),

-- Of two spellings in one contact's list the first in the alphabet stays.
memberships as (

    select
        written.contact_id,
        aliases.segment,
        written.family,
        min(written.written_as) as written_as
    from written
    inner join aliases on written.family = aliases.family and written.written_as = aliases.written_as
    where aliases.segment is not null
    group by written.contact_id, aliases.segment, written.family

),

large_enough as (

    select segment
    from memberships
    group by segment
    having count(*) >= {{ var('split_minimum_size') }}

)

select
    memberships.contact_id,
    memberships.segment,
    memberships.family,
    memberships.written_as
from memberships
inner join large_enough on memberships.segment = large_enough.segment
