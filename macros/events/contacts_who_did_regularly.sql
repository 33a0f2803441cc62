{% macro contacts_who_did_regularly(events, day, in_at_least, of_periods, period_days=7, times=1, where='true') -%}
    {%- do customer_segments.need_whole_number('contacts_who_did_regularly', 'in_at_least', in_at_least, 1) -%}
    {%- do customer_segments.need_whole_number(
        'contacts_who_did_regularly', 'of_periods', of_periods, in_at_least, ', which is in_at_least'
    ) -%}
    {%- do customer_segments.need_whole_number('contacts_who_did_regularly', 'period_days', period_days, 1) -%}
    {%- do customer_segments.need_whole_number('contacts_who_did_regularly', 'times', times, 1) -%}
    select contact_id
    from (
        select
            contact_id,
            floor({{ dbt.datediff(day, customer_segments.as_of(), 'day') }} / {{ period_days }}.0) as period
        from {{ ref(events) }}
        where ({{ where }}) and {{ day }} > {{ customer_segments.days_before_as_of(of_periods * period_days) }}
        group by contact_id, floor({{ dbt.datediff(day, customer_segments.as_of(), 'day') }} / {{ period_days }}.0)
        having count(*) >= {{ times }}
    ) as periods
    group by contact_id
    having count(*) >= {{ in_at_least }}
{%- endmacro %}
