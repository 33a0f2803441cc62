{% macro given_columns() -%}
    select distinct
        source,
        column_name
    from (
    select
        table_name as source,
        unnest(columns) as column_name
    from {{ customer_segments.list_of_loaded_files() }} as loaded_files
    {%- for table, way in var('inputs').items() if way.ref or way.source %}
        {%- set relation = customer_segments.input_relation(way) %}
        {%- for column in customer_segments.columns_of(relation) %}
    union all
    select '{{ table }}', '{{ column.name | lower }}'
        {%- endfor %}
    {%- endfor %}
    {%- for vendor, tables in customer_segments.vendor_tables().items() %}
        {%- for table in tables %}
            {%- for column in customer_segments.columns_of(ref(vendor ~ '_' ~ table)) %}
    union all
    select '{{ table }}', '{{ column.name }}'
            {%- endfor %}
        {%- endfor %}
    {%- endfor %}
    ) as given
    where source in ('{{ customer_segments.input_tables() | join("', '") }}')
{%- endmacro %}
