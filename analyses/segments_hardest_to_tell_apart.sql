{{ config(enabled=var('using_quality')) }}
-- Which two segments of a family differ least? The distance between their centres by the sum of their spreads
-- (Davies and Bouldin 1979); segment_quality has for each segment the least of them, its separation. Families in
-- which a contact has several values are left out: members would be compared with themselves.
select
    family,
    segment,
    other_segment,
    separation
from {{ ref('segment_separation') }}
where
    other_segment <> '*'
    and segment < other_segment
order by separation asc nulls last, segment asc, other_segment asc
