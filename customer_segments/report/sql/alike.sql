-- Pairs of segments that are most alike, families apart.
select
    pairs.segment,
    one.label,
    pairs.other_segment,
    other.label as other_label,
    pairs.common_count,
    pairs.jaccard_index
from segment_overlap as pairs
inner join segments as one on pairs.segment = one.segment
inner join segments as other on pairs.other_segment = other.segment
where
    pairs.common_count > 0
    and (one.family <> other.family or one.family = 'rule')
    and one.member_share < 0.9
    and other.member_share < 0.9
order by pairs.jaccard_index desc, pairs.segment asc, pairs.other_segment asc
limit 6
