{% macro get_incremental_membership_periods_sql(arguments) -%}
    {%- set periods, changes = arguments.target_relation, arguments.temp_relation -%}
    delete from {{ periods }} as periods using {{ changes }} as changes
    where
        periods.contact_id = changes.contact_id
        and periods.segment = changes.segment
        and periods.entered_at = changes.entered_at;
    insert into {{ periods }} (contact_id, segment, entered_at, left_at)
    select
        contact_id,
        segment,
        entered_at,
        left_at
    from {{ changes }}
    where left_at is distinct from entered_at
{%- endmacro %}
