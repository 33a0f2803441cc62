{% macro staged(base, key, columns, latest=[]) -%}
    with accepted as (

        select
            *,
            row_number() over (
                partition by {{ key | join(', ') }}
                order by {% for column in latest %}{{ column }} desc nulls last, {% endfor %}source_file desc, source_row_number desc
            ) as duplicate_number
        from {{ ref(base) }}
        where reject_reason is null

    )

    select
        {{ columns | join(',\n        ') }}
    from accepted
    where duplicate_number = 1
{%- endmacro %}
