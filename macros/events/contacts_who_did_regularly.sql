{% macro contacts_who_did_regularly(events, day, in_at_least, of_periods, period_days=7, times=1, where='true') -%}
    select contact_id
    from (
        select
            contact_id,
            floor({{ dbt.datediff(day, as_of(), 'day') }} / {{ period_days }}.0) as period
        from {{ ref(events) }}
        where ({{ where }}) and {{ day }} > {{ days_before_as_of(of_periods * period_days) }}
        group by contact_id, floor({{ dbt.datediff(day, as_of(), 'day') }} / {{ period_days }}.0)
        having count(*) >= {{ times }}
    ) as periods
    group by contact_id
    having count(*) >= {{ in_at_least }}
{%- endmacro %}
