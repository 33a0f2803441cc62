{#- Not verified here: compare the published tables with DuckDB's, row by row, before you rely on it; docs/engines.md says how. -#}

{% macro redshift__local_time(moment) -%}
    convert_timezone('UTC', '{{ var("timezone") }}', {{ moment }})
{%- endmacro %}

{% macro redshift__start_of_day(day) -%}
    convert_timezone('{{ var("timezone") }}', 'UTC', cast({{ day }} as timestamp))
{%- endmacro %}

{% macro redshift__local_date_by(utc_days, moment) -%}
    {{ customer_segments.default__local_date_by(utc_days, moment) }}
{%- endmacro %}

{% macro redshift__utc_days() -%}
    {{ customer_segments.default__utc_days() }}
{%- endmacro %}
