-- How many contacts were in which lifecycle stage on $from_day and in which on $to_day, from the published
-- tables. A contact's stage on a day is that of the membership period which the day is in; a contact who is in none of
-- the two does not exist yet, or not any more. Stages stand in the order in which people pass them.
with stages as (

    select
        segment,
        {label} as label,
        order_in_family
    from segments
    where family = 'lifecycle'

),

stays as (

    select
        segment_history.contact_id,
        segment_history.entered_at,
        segment_history.left_at,
        stages.*
    from segment_history
    inner join stages on segment_history.segment = stages.segment

),

periods_before as (

    select * from stays
    where entered_at <= $from_day and (left_at > $from_day or left_at is null)

),

stays_after as (

    select * from stays
    where entered_at <= $to_day and (left_at > $to_day or left_at is null)

)

select
    periods_before.order_in_family as from_place,
    periods_before.segment as from_segment,
    coalesce(periods_before.label, $not_yet) as from_label,
    stays_after.order_in_family as to_place,
    stays_after.segment as to_segment,
    coalesce(stays_after.label, $not_any_more) as to_label,
    count(*) as contact_count
from periods_before
full outer join stays_after on periods_before.contact_id = stays_after.contact_id
group by all
order by from_place nulls last, from_segment nulls last, to_place nulls last, to_segment nulls last
