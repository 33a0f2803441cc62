{% macro utc_days() -%}
    {{ return(adapter.dispatch('utc_days', 'customer_segments')()) }}
{%- endmacro %}

{% macro default__utc_days() -%}
    {{ customer_segments.no_rows({'utc_day': 'date', 'utc_offset': dbt.type_string(), 'is_constant': 'boolean'}) }}
{%- endmacro %}

{% macro duckdb__utc_days() -%}
    select
        day as utc_day,
        {{ customer_segments.local_time('moment') }} - moment as utc_offset,
        {{ customer_segments.local_time('moment') }} - moment = {{ customer_segments.local_time('last_moment') }} - last_moment as is_constant
    from (
        select
            cast(day as date) as day,
            day as moment,
            day + interval 1 day - interval 1 microsecond as last_moment
        from range(timestamp '1900-01-01', timestamp '2100-01-01', interval 1 day) as days (day)
    )
{%- endmacro %}
