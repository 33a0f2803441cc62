{% macro get_incremental_membership_periods_sql(arguments) -%}
    {%- set periods, changes = arguments.target_relation, arguments.temp_relation -%}
    {%- set saved = load_relation(
        api.Relation.create(
            database=periods.database, schema='history_before_build', identifier=periods.identifier
        )
    ) -%}
    {%- set is_the_same -%}
        periods.contact_id = changes.contact_id
        and periods.segment = changes.segment
        and periods.entered_at = changes.entered_at
    {%- endset -%}
    {%- if saved is not none %}
        insert into {{ saved }} (contact_id, segment, entered_at, left_at)
        select
            changes.contact_id,
            changes.segment,
            changes.entered_at,
            case when periods.contact_id is null then changes.entered_at else periods.left_at end
        from {{ changes }} as changes
        anti join {{ saved }} as saved using (contact_id, segment, entered_at)
        left join {{ periods }} as periods on {{ is_the_same }};
    {%- endif %}
    delete from {{ periods }} as periods using {{ changes }} as changes where {{ is_the_same }};
    insert into {{ periods }} (contact_id, segment, entered_at, left_at)
    select
        contact_id,
        segment,
        entered_at,
        left_at
    from {{ changes }}
    where left_at is distinct from entered_at
{%- endmacro %}
