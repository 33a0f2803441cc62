{#- The body of a staging model: the accepted rows of its base model, one a key. Of several rows
    with the same key the last by `latest` stays, and where that ties the last in the file.
    base: the base model's name.
    key: the columns that identify a row.
    columns: the columns to keep.
    latest: columns whose greatest value wins before the place in the file, NULL last. -#}
{% macro staged(base, key, columns, latest=[]) -%}
    with accepted as (

        select
            *,
            row_number() over (
                partition by {{ key | join(', ') }}
                order by {% for column in latest %}{{ column }} desc nulls last, {% endfor %}raw_row_number desc
            ) as duplicate_number
        from {{ ref(base) }}
        where reject_reason is null

    )

    select
        {{ columns | join(',\n        ') }}
    from accepted
    where duplicate_number = 1
{%- endmacro %}
