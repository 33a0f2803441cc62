{{ config(enabled=var('using_quality')) }}
with subjects as (

    select
        'segment' as level,
        segment as subject,
        member_count
    from {{ ref('segments') }}
    union all
    select
        'family' as level,
        family as subject,
        sum(member_count) as member_count
    from {{ ref('segments') }}
    where family <> 'rule'
    group by family

)

select
    subjects.subject,
    quality.subject as measured_subject,
    subjects.member_count,
    quality.member_count as measured_count
from subjects
full outer join {{ ref('segment_quality') }} as quality
    on subjects.level = quality.level and subjects.subject = quality.subject
where
    subjects.subject is null
    or quality.subject is null
    or subjects.member_count <> quality.member_count
