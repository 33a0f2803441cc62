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
    from {{ customer_segments.list_of_loaded_files() }} as loaded_files
    {%- for table, way in var('inputs').items() if way.ref or way.source %}
        {%- set relation = customer_segments.input_relation(way) %}
    union all
    select '{{ table }}', '{{ relation.identifier if execute }}', null, null, null, count(*), 0, null
    from {{ relation }}
    {%- endfor %}
    {%- for vendor, tables in customer_segments.vendor_tables().items() %}
        {%- for table in tables %}
    union all
    select '{{ table }}', source_file, null, null, null, count(*), 0, null
    from {{ ref(vendor ~ '_' ~ table) }}
    group by source_file
        {%- endfor %}
    {%- endfor %}
{%- endmacro %}

{% macro list_of_loaded_files() -%}
    {%- if var('loaded_dir') -%}
        {{ return(adapter.dispatch('list_of_loaded_files', 'customer_segments')()) }}
    {%- endif -%}
    ({{ customer_segments.no_rows({
        'table_name': 'varchar',
        'source_file': 'varchar',
        'checksum': 'varchar',
        'size': 'bigint',
        'loaded_at': 'timestamp',
        'row_count': 'bigint',
        'unreadable_count': 'bigint',
        'version': 'varchar',
        'columns': 'varchar[]',
    }) }})
{%- endmacro %}

{% macro duckdb__list_of_loaded_files() -%}
    read_parquet('{{ var('loaded_dir') | replace("'", "''") }}/files.parquet')
{%- endmacro %}
