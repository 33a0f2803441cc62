{% macro rejections(source, key, values={}) -%}
    select
        '{{ source }}' as source,
        base.raw_row_number,
        case
            when base.reject_reason not like 'erased%' or base.reject_reason is null
                then {% for column in key %}coalesce(raw_rows.{{ column }}, ''){{ " || ' / ' || " if not loop.last }}{% endfor %}
        end as row_key,
        case when base.reject_reason is null then 'value' else 'row' end as scope,
        problem.field,
        coalesce(base.reject_reason, problem.reason) as reason,
        case
            when base.reject_reason not like 'erased%' or base.reject_reason is null
                then {{ row_as_json('raw_rows') }}
        end as row_json
    from {{ ref('base_' ~ source) }} as base
    inner join {{ ref('raw_' ~ source) }} as raw_rows on base.raw_row_number = raw_rows.raw_row_number
    cross join (
        select cast(null as varchar) as field, cast(null as varchar) as reason
        {%- for column, meaning in values.items() %}
        union all
        select '{{ column }}', '{{ column }} is not {{ meaning }}; taken as unknown'
        {%- endfor %}
    ) as problem
    where
        (base.reject_reason is not null and problem.field is null)
        {%- for column in values %}
        or (
            base.reject_reason is null and problem.field = '{{ column }}'
            and base.{{ column }} is null and {{ clean_text('raw_rows.' ~ column) }} is not null
        )
        {%- endfor %}
{%- endmacro %}
