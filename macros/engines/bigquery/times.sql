{#- Not verified here: compare the published tables with DuckDB's, row by row, before you rely on it; docs/engines.md says how. -#}

{% macro bigquery__local_time(moment) -%}
    datetime({{ moment }}, '{{ var("timezone") }}')
{%- endmacro %}

{% macro bigquery__start_of_day(day) -%}
    timestamp(cast({{ day }} as date), '{{ var("timezone") }}')
{%- endmacro %}

{% macro bigquery__instant_in_utc(column) -%}
    {{ column }}
{%- endmacro %}
