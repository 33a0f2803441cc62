{% macro duplicates(base, key) -%}
    with accepted as (

        select
            source_file,
            source_row_number,
            {{ key | join(', ') }},
            {{ customer_segments.row_hash(key) }} as key_hash
        from {{ ref(base) }}
        where reject_reason is null

    ),

    -- Nearly all keys are there once: only those that are not are sorted.
    repeated_keys as (

        select key_hash
        from accepted
        group by key_hash
        having count(*) > 1

    ),

    numbered_rows as (

        select
            accepted.source_file,
            accepted.source_row_number,
            row_number() over (
                partition by {{ key | join(', ') }}
                order by accepted.source_file desc, accepted.source_row_number desc
            ) as duplicate_number
        from accepted
        inner join repeated_keys on accepted.key_hash = repeated_keys.key_hash

    )

    select
        source_file,
        source_row_number
    from numbered_rows
    where duplicate_number > 1
{%- endmacro %}
