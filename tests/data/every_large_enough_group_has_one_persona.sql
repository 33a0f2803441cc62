{{ config(enabled=var('using_clusters')) }}
{% set families = var('persona_families') | join("', '") %}
with groups as (

    select
        segment,
        member_count
    from {{ ref('segments') }}
    where
        family in ('{{ families }}')
        and member_count >= {{ var('persona_minimum_size') }}

)

select
    groups.segment,
    groups.member_count,
    personas.persona,
    personas.size
from groups
full outer join {{ ref('personas') }} as personas on groups.segment = personas.persona
where
    groups.segment is null
    or personas.persona is null
    or groups.member_count <> personas.size
