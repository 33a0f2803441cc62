{% macro rows_if(group, model, columns) -%}
    select
    {%- for name, data_type in columns.items() %}
        {{ name if var(group) else 'cast(null as ' ~ data_type ~ ') as ' ~ name }}{{ ',' if not loop.last }}
    {%- endfor %}
    {{ 'from ' ~ ref(model) if var(group) else 'where false' }}
{%- endmacro %}
