{% macro source_counts(source, duplicates=none) -%}
    select
        '{{ source }}' as source,
        coalesce(staged_rows.source_file, other_rows.source_file) as source_file,
        coalesce(staged_rows.row_count, 0) as staged_count,
        {{ 'coalesce(other_rows.row_count, 0)' if duplicates else 'other_rows.row_count - coalesce(staged_rows.row_count, 0)' }}
            as deduplicated_count
    from (
        select
            source_file,
            count(*) as row_count
        from {{ ref('stg_' ~ source) }}
        group by source_file
    ) as staged_rows
    full outer join (
        select
            source_file,
            count(*) as row_count
        from {{ ref(duplicates or 'base_' ~ source) }}
        {{ 'where reject_reason is null' if not duplicates }}
        group by source_file
    ) as other_rows
        on staged_rows.source_file = other_rows.source_file
{%- endmacro %}
