{{ config(materialized='view') }}

with stays_that_include_as_of as (

    select * from {{ ref('segment_history') }}
    where entered_at <= {{ as_of() }} and (left_at > {{ as_of() }} or left_at is null)

),

withheld_segments as (

    select * from {{ ref('segment_definitions') }}
    where not members_are_published

)

select
    stays.contact_id,
    stays.segment
from stays_that_include_as_of as stays
inner join withheld_segments on stays.segment = withheld_segments.segment
