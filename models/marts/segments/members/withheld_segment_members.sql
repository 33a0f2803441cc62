{{ config(materialized='view') }}

with periods_that_include_as_of as (

    select * from {{ ref('segment_history') }}
    where entered_at <= {{ as_of() }} and (left_at > {{ as_of() }} or left_at is null)

),

withheld_segments as (

    select * from {{ ref('segment_definitions') }}
    where not members_are_published

)

select
    periods.contact_id,
    periods.segment
from periods_that_include_as_of as periods
inner join withheld_segments on periods.segment = withheld_segments.segment
