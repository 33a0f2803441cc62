{{ config(materialized='view') }}

with history as (

    select * from {{ ref('segment_history') }}

),

definitions as (

    select * from {{ ref('segment_definitions') }}
    where progress is not null

),

periods_by_progress as (

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
    periods.segment as to_segment
from periods_by_progress as periods
inner join periods_by_progress as periods_before
    on periods.contact_id = periods_before.contact_id and periods.family = periods_before.family
where
    periods.entered_at = {{ as_of() }}
    and periods_before.left_at = {{ as_of() }}
    and periods.progress < periods_before.progress
