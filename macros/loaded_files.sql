{% macro loaded_files() -%}
    select
        table_name as source,
        source_file,
        checksum,
        size as byte_count,
        loaded_at,
        row_count,
        unreadable_count,
        version
    from {{ list_of_loaded_files() }} as loaded_files
    {%- for table, way in var('inputs').items() if way.ref or way.source %}
        {%- set relation = ref(way.ref) if way.ref else source(way.source[0], way.source[1]) %}
    union all
    select '{{ table }}', '{{ relation.identifier if execute }}', null, null, null, count(*), 0, null
    from {{ relation }}
    {%- endfor %}
    {%- for vendor, tables in vendor_tables().items() %}
        {%- for table in tables %}
    union all
    select '{{ table }}', source_file, null, null, null, count(*), 0, null
    from {{ ref(vendor ~ '_' ~ table) }}
    group by source_file
        {%- endfor %}
    {%- endfor %}
{%- endmacro %}

{% macro list_of_loaded_files() -%}
    {{ return(adapter.dispatch('list_of_loaded_files')()) }}
{%- endmacro %}

{% macro duckdb__list_of_loaded_files() -%}
    read_parquet('{{ var('loaded_dir') | replace("'", "''") }}/files.parquet')
{%- endmacro %}
