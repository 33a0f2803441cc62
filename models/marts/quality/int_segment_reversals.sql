{{ config(materialized='view') }}

with history as (

    select * from {{ ref('segment_history') }}

),

definitions as (

    select * from {{ ref('segment_definitions') }}
    where progress is not null

),

stays_by_progress as (

    select
        history.*,
        definitions.family,
        definitions.progress
    from history
    inner join definitions on history.segment = definitions.segment

)

select
    periods_before.contact_id,
    periods_before.family,
    periods_before.segment as from_segment,
    stays.segment as to_segment
from stays_by_progress as stays
inner join stays_by_progress as periods_before
    on stays.contact_id = periods_before.contact_id and stays.family = periods_before.family
where
    stays.entered_at = {{ as_of() }}
    and periods_before.left_at = {{ as_of() }}
    and stays.progress < periods_before.progress
