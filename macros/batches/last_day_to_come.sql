{% macro last_day_to_come() -%}
    {%- set today = run_started_at.strftime('%Y-%m-%d') -%}
    {{ dbt.dateadd('day', 1, 'greatest(' ~ customer_segments.as_of() ~ ", cast('" ~ today ~ "' as date))") }}
{%- endmacro %}
