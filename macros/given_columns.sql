{% macro given_columns() -%}
    select distinct
        source,
        column_name
    from (
    select
        table_name as source,
        unnest(columns) as column_name
    from {{ list_of_loaded_files() }} as loaded_files
    {%- for table, way in var('inputs').items() if way.ref or way.source %}
        {%- set relation = ref(way.ref) if way.ref else source(way.source[0], way.source[1]) %}
        {%- for column in columns_of(relation) %}
    union all
    select '{{ table }}', '{{ column.name | lower }}'
        {%- endfor %}
    {%- endfor %}
    {%- for vendor, tables in vendor_tables().items() %}
        {%- for table in tables %}
            {%- for column in columns_of(ref(vendor ~ '_' ~ table)) %}
    union all
    select '{{ table }}', '{{ column.name }}'
            {%- endfor %}
        {%- endfor %}
    {%- endfor %}
    ) as given
    where source in ('{{ input_tables() | join("', '") }}')
{%- endmacro %}
