{% macro last_whole_day() -%}
    {%- set zone = modules.pytz.timezone(var('timezone')) -%}
    {%- set today = run_started_at.astimezone(zone).strftime('%Y-%m-%d') -%}
    {%- set day = modules.re.search('\\d{4}-\\d{2}-\\d{2}', customer_segments.as_of()).group() -%}
    {%- if day < today -%}
        {{ customer_segments.as_of() }}
    {%- else -%}
        cast({{ dbt.dateadd('day', -1, "cast('" ~ today ~ "' as date)") }} as date)
    {%- endif -%}
{%- endmacro %}
