{% macro source_counts(source) -%}
    select
        '{{ source }}' as source,
        accepted_rows.source_file,
        accepted_rows.accepted_count,
        coalesce(staged_rows.staged_count, 0) as staged_count
    from (
        select
            source_file,
            count(case when reject_reason is null then 1 end) as accepted_count
        from {{ ref('base_' ~ source) }}
        group by source_file
    ) as accepted_rows
    left join (
        select
            source_file,
            count(*) as staged_count
        from {{ ref('stg_' ~ source) }}
        group by source_file
    ) as staged_rows
        on accepted_rows.source_file = staged_rows.source_file
{%- endmacro %}
