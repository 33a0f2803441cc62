{% macro given_columns() -%}
    {{ return(adapter.dispatch('given_columns')()) }}
{%- endmacro %}

{% macro duckdb__given_columns() -%}
    select distinct
        table_name as source,
        unnest(columns) as column_name
    from read_parquet('{{ var('loaded_dir') | replace("'", "''") }}/files.parquet')
    {%- for table, way in var('inputs').items() if way.ref or way.source %}
        {%- set relation = ref(way.ref) if way.ref else source(way.source[0], way.source[1]) %}
        {%- for column in columns_of(relation) %}
    union all
    select '{{ table }}', '{{ column.name | lower }}'
        {%- endfor %}
    {%- endfor %}
{%- endmacro %}
