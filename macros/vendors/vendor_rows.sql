{% macro vendor_rows(vendor, file) -%}
    {#- The source is where the file's names and columns are declared; the call makes it an ancestor. -#}
    {%- do source(vendor, file) -%}
    {{ return(adapter.dispatch('vendor_rows')(vendor, file)) }}
{%- endmacro %}

{% macro duckdb__vendor_rows(vendor, file) -%}
    {%- set declared = graph.sources.values()
        | selectattr('source_name', 'equalto', vendor) | selectattr('name', 'equalto', file) | first
        if execute else {'columns': {}, 'config': {'meta': {'files': []}}} -%}
    {%- set is_json = 'items' in declared.config.meta -%}
    {%- set paths = [] -%}
    {%- for pattern in declared.config.meta.files -%}
        {%- for folder in (var('raw_dir'), var('raw_dir') ~ '/' ~ vendor) -%}
            {%- set found = run_query("select file from glob('" ~ (folder ~ '/' ~ pattern) | replace("'", "''") ~ "')") -%}
            {%- do paths.extend(found.columns[0].values()) -%}
        {%- endfor -%}
    {%- endfor -%}
    (
        select
            {%- for column in declared.columns %}
            cast(null as {{ 'json' if is_json else 'varchar' }}) as "{{ column }}",
            {%- endfor %}
            cast(null as varchar) as source_file,
            cast(null as bigint) as source_row_number
        where false
        {%- for path in paths | unique | sort %}
        union all by name
        {{ duckdb__vendor_json_rows(path, declared.config.meta) if is_json else duckdb__vendor_csv_rows(path, declared.config.meta) }}
        {%- endfor %}
    ) as {{ vendor }}_{{ file }}
{%- endmacro %}

{% macro duckdb__vendor_csv_rows(path, meta) -%}
    {%- set quoted = path | replace("'", "''") -%}
    {%- set rows = "read_csv('" ~ quoted ~ "', header = true, all_varchar = true, delim = ',', quote = '\"')" -%}
    {%- set header = run_query('describe select * from ' ~ rows).columns[0].values() -%}
    {%- for column in meta.required if column not in header | map('trim') | map('lower') -%}
        {{ exceptions.raise_compiler_error(
            path ~ " has no column " ~ column ~ "; export it again with that column, see docs/vendors.md") }}
    {%- endfor %}
    select
        {%- for column in header %}
        "{{ column | replace('"', '""') }}" as "{{ column | trim | lower | replace('"', '""') }}",
        {%- endfor %}
        '{{ quoted.split('/')[-1] }}' as source_file,
        row_number() over () as source_row_number
    from {{ rows }}
{%- endmacro %}

{% macro duckdb__vendor_json_rows(path, meta) -%}
    {%- set quoted = path | replace("'", "''") -%}
    select
        record,
        '{{ quoted.split('/')[-1] }}' as source_file,
        row_number() over () as source_row_number
    from (
        select
            unnest(case
                when json_type(json, '$.{{ meta['items'] }}') = 'ARRAY' then json_extract(json, '$.{{ meta['items'] }}[*]')
                else [json]
            end) as record
        from read_json_objects('{{ quoted }}', format = 'auto', maximum_object_size = 134217728)
    )
{%- endmacro %}
