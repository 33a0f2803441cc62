-- Columns made in a loop have the loop's indent. -- noqa: disable=LT02
with segment_measures as (

    select * from {{ ref('segment_measures') }}

),

bounds as (

    select * from {{ ref('quality_bounds') }}

),

{% set measures = [
    'member_share', 'homogeneity', 'silhouette', 'separation', 'overlap', 'drift', 'unexpected_transition_share',
    'stability'
] -%}
values_by_measure as (

    {% for measure in measures -%}
    select
        level,
        subject,
        family,
        member_count,
        '{{ measure }}' as measure,
        {{ measure }} as value
    from segment_measures
    where {{ measure }} is not null
    {% if not loop.last %}union all
    {% endif %}
    {%- endfor %}

),

-- Of the bounds that concern it, the one that names it most closely counts: the segment, its family, all.
ranked_bounds as (

    select
        values_by_measure.level,
        values_by_measure.subject,
        values_by_measure.member_count,
        values_by_measure.measure,
        values_by_measure.value,
        bounds.minimum_count,
        bounds.lower_bound,
        bounds.upper_bound,
        bounds.severity,
        row_number() over (
            partition by values_by_measure.level, values_by_measure.subject, values_by_measure.measure
            order by
                case
                    when bounds.subject = values_by_measure.subject then 1
                    when bounds.subject = values_by_measure.family then 2
                    else 3
                end asc
        ) as closeness
    from values_by_measure
    inner join bounds
        on
            values_by_measure.level = bounds.level
            and values_by_measure.measure = bounds.measure
            and bounds.subject in (values_by_measure.subject, values_by_measure.family, '*')

),

checked_values as (

    select
        *,
        coalesce(value >= lower_bound, true) and coalesce(value <= upper_bound, true) as is_inside
    from ranked_bounds
    where
        closeness = 1
        and member_count >= coalesce(minimum_count, 0)
        and (lower_bound is not null or upper_bound is not null)

),

findings as (

    select
        *,
        case
            when not is_inside then
                measure || ' ' || cast(cast(value as decimal(18, 4)) as {{ dbt.type_string() }})
                || case
                    when value < lower_bound
                        then ' is below ' || cast(lower_bound as {{ dbt.type_string() }})
                    else ' is above ' || cast(upper_bound as {{ dbt.type_string() }})
                end
        end as finding
    from checked_values

),

verdicts as (

    select
        level,
        subject,
        {%- for measure in measures %}
        min(case when measure = '{{ measure }}' then cast(is_inside as integer) end) = 1 as is_{{ measure }}_inside,
        {%- endfor %}
        max(case when not is_inside and severity = 'error' then 1 else 0 end) as has_error,
        {{ dbt.listagg('finding', "'; '", 'order by measure asc') }} as findings
    from findings
    group by level, subject

)

select
    segment_measures.level,
    segment_measures.subject,
    segment_measures.family,
    segment_measures.member_count,
    {%- for measure in measures %}
    segment_measures.{{ measure }},
    verdicts.is_{{ measure }}_inside,
    {%- endfor %}
    case
        when verdicts.has_error = 1 then 'error'
        when verdicts.findings is not null then 'warn'
        else 'pass'
    end as status,
    verdicts.findings,
    replace(
        replace(verdicts.findings, ' is below ', ' est au-dessous de '), ' is above ', ' est au-dessus de '
    ) as findings_fr,
    segment_measures.compared_with,
    {{ as_of() }} as as_of
from segment_measures
left join verdicts on segment_measures.level = verdicts.level and segment_measures.subject = verdicts.subject
