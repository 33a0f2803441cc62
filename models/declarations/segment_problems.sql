with segments as (

    select * from {{ ref('declared_segments') }}

),

unlisted_rules as (

    {%- for segment in unlisted_segments() %}
        select '{{ segment }}' as segment
        {{ 'union all' if not loop.last }}
    {%- else %}
        select cast(null as {{ dbt.type_string() }}) as segment
        where false
    {%- endfor %}

),

-- A contact who enters or leaves a segment on a birthday shows it by the day.
telling_segments as (

    select
        segment,
        family,
        looks_at as looked_at
    from segments
    where looks_at <> '' and members_are_published
    union all
    select
        segments.segment,
        segments.family,
        withheld.segment as looked_at
    from segments
    inner join segments as withheld on position('|' || withheld.segment || '|' in segments.reads_names) > 0
    where segments.members_are_published and not withheld.members_are_published

),

subjects as (

    select distinct
        case when family = 'rule' then 'segment ' || segment else 'family ' || family end as subject,
        case when family = 'rule' then ', or add members_are_published: false to config.meta' else '' end as choice,
        looked_at
    from telling_segments

)

select
    'segment ' || segment || ' is in no list; run make fix, or name it in own_segments in a project of your own'
        as problem
from unlisted_rules
union all
select
    'segment ' || segment || ' is there twice: ' || {{ dbt.listagg('place', "' and '", 'order by place') }}
    || '; rename one' as problem
from segments
group by segment
having count(*) > 1
union all
select
    subject || ' looks at ' || {{ dbt.listagg('looked_at', "' and '", 'order by looked_at') }}
    || ', so that the days on which members enter and leave it would show their birthdays; use age or'
    || ' is_birthday_this_month' || choice as problem
from subjects
group by subject, choice
