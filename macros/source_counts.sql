{% macro source_counts(source, key) -%}
    select
        '{{ source }}' as source,
        (select count(*) from {{ ref('raw_' ~ source) }}) as readable_count,
        (select count(*) from {{ ref('stg_' ~ source) }}) as staged_count,
        cast(coalesce(sum(same_key.row_count - 1), 0) as bigint) as deduplicated_count
    from (
        select count(*) as row_count
        from {{ ref('base_' ~ source) }}
        where reject_reason is null
        group by {{ key | join(', ') }}
    ) as same_key
{%- endmacro %}
