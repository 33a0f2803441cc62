{% macro get_incremental_stays_sql(arguments) -%}
    {%- set stays, changes = arguments.target_relation, arguments.temp_relation -%}
    {%- set saved = load_relation(
        api.Relation.create(
            database=stays.database, schema='history_before_build', identifier=stays.identifier
        )
    ) -%}
    {%- set is_the_same -%}
        stays.contact_id = changes.contact_id
        and stays.segment = changes.segment
        and stays.entered_at = changes.entered_at
    {%- endset -%}
    {%- if saved is not none %}
        insert into {{ saved }} (contact_id, segment, entered_at, left_at)
        select
            changes.contact_id,
            changes.segment,
            changes.entered_at,
            case when stays.contact_id is null then changes.entered_at else stays.left_at end
        from {{ changes }} as changes
        anti join {{ saved }} as saved using (contact_id, segment, entered_at)
        left join {{ stays }} as stays on {{ is_the_same }};
    {%- endif %}
    delete from {{ stays }} as stays using {{ changes }} as changes where {{ is_the_same }};
    insert into {{ stays }} (contact_id, segment, entered_at, left_at)
    select
        contact_id,
        segment,
        entered_at,
        left_at
    from {{ changes }}
    where left_at is distinct from entered_at
{%- endmacro %}
