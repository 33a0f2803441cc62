{#- Not verified here: compare the published tables with DuckDB's, row by row, before you rely on it; docs/engines.md says how. -#}

{% macro spark__local_time(moment) -%}
    from_utc_timestamp({{ moment }}, '{{ var("timezone") }}')
{%- endmacro %}

{% macro spark__start_of_day(day) -%}
    to_utc_timestamp(cast({{ day }} as timestamp), '{{ var("timezone") }}')
{%- endmacro %}

{#- Timestamps would be of the session's timezone, and shifted a second time. -#}
{% macro spark__prepare_engine() -%}
    {%- if execute -%}
        {%- set timezone = run_query('select current_timezone()').rows[0][0] -%}
        {%- if timezone not in ['UTC', 'Etc/UTC'] -%}
            {{ exceptions.raise_compiler_error(
                "the session's timezone is " ~ timezone ~ ", in which all times would be wrong: set spark.sql.session.timeZone"
                ~ " to UTC for the connections of dbt") }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
