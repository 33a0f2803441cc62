{% macro contacts_who_did_then(
    first_events, first_moment, then_events, then_moment, within_days,
    first_where='true', then_where='true', last_days=none
) -%}
    {%- do customer_segments.need_whole_number('contacts_who_did_then', 'within_days', within_days, 1) -%}
    {%- if last_days is not none -%}
        {%- do customer_segments.need_whole_number('contacts_who_did_then', 'last_days', last_days, 1) -%}
    {%- endif -%}
    select distinct first_event.contact_id
    from (
        select
            contact_id,
            {{ first_moment }} as first_moment
        from {{ ref(first_events) }}
        where
            ({{ first_where }})
            {%- if last_days is not none %}
            and {{ first_moment }} >= {{ customer_segments.start_of_day(customer_segments.days_before_as_of(last_days - 1)) }}
            {%- endif %}
    ) as first_event
    inner join (
        select
            contact_id,
            {{ then_moment }} as then_moment
        from {{ ref(then_events) }}
        where ({{ then_where }})
    ) as then_event
        on
            first_event.contact_id = then_event.contact_id
            and first_event.first_moment < then_event.then_moment
            and {{ dbt.dateadd('day', within_days, 'first_event.first_moment') }} >= then_event.then_moment
{%- endmacro %}
