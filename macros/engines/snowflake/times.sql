{#- Not verified here: compare the published tables with DuckDB's, row by row, before you rely on it; docs/engines.md says how. -#}

{% macro snowflake__local_time(moment) -%}
    convert_timezone('UTC', '{{ var("timezone") }}', {{ moment }})
{%- endmacro %}

{% macro snowflake__start_of_day(day) -%}
    convert_timezone('{{ var("timezone") }}', 'UTC', cast({{ day }} as timestamp_ntz))
{%- endmacro %}

{% macro snowflake__instant_in_utc(column) -%}
    cast(convert_timezone('UTC', {{ column }}) as timestamp_ntz)
{%- endmacro %}
