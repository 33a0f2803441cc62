{% macro members_after_manual_changes(matched, changes) -%}
    select
        coalesce(matched.contact_id, changes.contact_id) as contact_id,
        coalesce(matched.segment, changes.segment) as segment
    from {{ matched }} as matched
    full outer join {{ changes }} as changes
        on
            matched.contact_id = changes.contact_id
            and matched.segment = changes.segment
    where coalesce(changes.action, 'add') = 'add'
{%- endmacro %}
