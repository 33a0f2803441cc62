{% macro local_date_by(utc_days, moment) -%}
    {{ return(adapter.dispatch('local_date_by', 'customer_segments')(utc_days, moment)) }}
{%- endmacro %}

{#- Intervals are not kept in tables everywhere: there the calendar is asked. -#}
{% macro default__local_date_by(utc_days, moment) -%}
    {{ customer_segments.local_date(moment) }}
{%- endmacro %}

{% macro postgres__local_date_by(utc_days, moment) -%}
    {{ customer_segments.duckdb__local_date_by(utc_days, moment) }}
{%- endmacro %}

{% macro duckdb__local_date_by(utc_days, moment) -%}
    case
        when {{ utc_days }}.is_constant then cast({{ moment }} + {{ utc_days }}.utc_offset as date)
        else {{ customer_segments.local_date(moment) }}
    end
{%- endmacro %}
