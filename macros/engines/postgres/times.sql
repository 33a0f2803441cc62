{% macro postgres__local_time(moment) -%}
    timezone('{{ var("timezone") }}', timezone('UTC', {{ moment }}))
{%- endmacro %}

{% macro postgres__start_of_day(day) -%}
    timezone('UTC', timezone('{{ var("timezone") }}', cast({{ day }} as timestamp)))
{%- endmacro %}

{% macro postgres__utc_days() -%}
    select
        cast(moment as date) as utc_day,
        {{ customer_segments.local_time('moment') }} - moment as utc_offset,
        {{ customer_segments.local_time('moment') }} - moment = {{ customer_segments.local_time('last_moment') }} - last_moment as is_constant
    from (
        select
            moment,
            moment + interval '1 day' - interval '1 microsecond' as last_moment
        from generate_series(
            timestamp '1900-01-01', timestamp '2099-12-31', interval '1 day'
        ) as days (moment)
    ) as days
{%- endmacro %}
