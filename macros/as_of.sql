{% macro as_of() -%}
    {%- set value = var('as_of', '') | string | trim -%}
    {%- if not value or not var('timezone', '') -%}
        {{ exceptions.raise_compiler_error(
            "vars of dbt_project.yml have no " ~ ('timezone' if value else 'as_of') ~ " that " ~ project_name
            ~ " sees; say as_of and timezone there, not below a package's name") }}
    {%- endif -%}
    {%- if value == 'today' -%}
        {%- set zone = modules.pytz.timezone(var('timezone')) -%}
        {%- set value = run_started_at.astimezone(zone).strftime('%Y-%m-%d') -%}
    {%- endif -%}
    {%- if not modules.re.match('^\\d{4}-\\d{2}-\\d{2}$', value) -%}
        {{ exceptions.raise_compiler_error(
            "as_of is '" ~ value ~ "'; give a date such as 2026-03-31, or today") }}
    {%- endif -%}
    cast('{{ value }}' as date)
{%- endmacro %}
