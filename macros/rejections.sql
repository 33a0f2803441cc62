{% macro rejections(source, key, values={}, flagged=false) -%}
    select
        '{{ source }}' as source,
        base.source_file,
        base.source_row_number,
        case
            when base.reject_reason not like 'erased%' or base.reject_reason is null
                then {% for column in key %}coalesce({{ customer_segments.text_of('input_rows', column) }}, ''){{ " || ' / ' || " if not loop.last }}{% endfor %}
        end as row_key,
        case when base.reject_reason is null then 'value' else 'row' end as scope,
        problem.field,
        coalesce(base.reject_reason, problem.reason) as reason,
        case
            when base.reject_reason not like 'erased%' or base.reject_reason is null
                then {{ customer_segments.input_row_as_json('input_rows') }}
        end as row_json
    from {{ ref('base_' ~ source) }} as base
    inner join {{ ref('input_' ~ source) }} as input_rows
        on base.source_file = input_rows.source_file and base.source_row_number = input_rows.source_row_number
    cross join (
        select cast(null as varchar) as field, cast(null as varchar) as reason
        {%- for column, meaning in values.items() %}
        union all
        select '{{ column }}', '{{ column }} is not {{ meaning }}; taken as unknown'
        {%- endfor %}
    ) as problem
    where
        {%- if flagged %}
        (base.reject_reason is not null or base.has_unread_value)
        and{% endif %} (
        (base.reject_reason is not null and problem.field is null)
        {%- for column in values %}
        or (
            base.reject_reason is null and problem.field = '{{ column }}'
            and base.{{ column }} is null and {{ customer_segments.text_of('input_rows', column) }} is not null
        )
        {%- endfor %}
        )
{%- endmacro %}
