{% macro rows_before(columns) -%}
    {%- if execute and load_relation(this) is not none -%}
        select
            {{ columns.keys() | join(', ') }}
        from {{ this }}
    {%- else -%}
        select
        {%- for name, data_type in columns.items() %}
            cast(null as {{ data_type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
        where false
    {%- endif -%}
{%- endmacro %}
