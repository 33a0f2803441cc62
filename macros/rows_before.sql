{#- The rows that a model's own table held before this build, for history that a rebuild must keep;
    an empty select of the columns when there is no table yet.
    columns: a mapping of the columns' names to their types. -#}
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
