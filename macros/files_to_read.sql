{% macro files_to_read(source) -%}
    select
        source_file,
        coalesce(version, '') || '{{ customer_segments.kept_version() }}' as file_version
    from {{ ref('loaded_files') }}
    where
        source = '{{ source }}'
        {%- if is_incremental() %}
        and source_file not in (select distinct source_file from {{ this }})
        {%- endif %}
{%- endmacro %}

{% macro rows_to_read(source) -%}
    select
        input_rows.*,
        files_to_read.file_version
    from {{ ref('input_' ~ source) }} as input_rows
    inner join files_to_read on input_rows.source_file = files_to_read.source_file
    {%- if is_incremental() %}
    union all
    select
        input_rows.*,
        kept_files.file_version
    from {{ ref('input_' ~ source) }} as input_rows
    inner join (select distinct source_file, file_version from {{ this }}) as kept_files
        on input_rows.source_file = kept_files.source_file
    where
        input_rows.contact_id = '(erased)'
        and not exists (
            select 1
            from {{ this }} as kept_rows
            where
                kept_rows.contact_id = '(erased)'
                and kept_rows.source_file = input_rows.source_file
                and kept_rows.source_row_number = input_rows.source_row_number
        )
    {%- endif %}
{%- endmacro %}

{% macro delete_erased_rows() -%}
    {%- if is_incremental() -%}
    delete from {{ this }}
    where
        contact_id <> '(erased)'
        and exists (
            select 1
            from {{ ref(model.name | replace('loaded_', 'input_')) }} as erased_rows
            where
                erased_rows.contact_id = '(erased)'
                and erased_rows.source_file = {{ this.identifier }}.source_file
                and erased_rows.source_row_number = {{ this.identifier }}.source_row_number
        )
    {%- endif -%}
{%- endmacro %}

{% macro delete_rows_of_other_files() -%}
    {%- if is_incremental() -%}
    {#- The few files are compared, not each row; no two files of any table have the same version. -#}
    delete from {{ this }}
    where source_file in (
        select kept_files.source_file
        from (select distinct source_file, file_version from {{ this }}) as kept_files
        left join {{ ref('loaded_files') }} as loaded_files
            on
                kept_files.source_file = loaded_files.source_file
                and kept_files.file_version = loaded_files.version || '{{ customer_segments.kept_version() }}'
        where loaded_files.source_file is null
    )
    {%- endif -%}
{%- endmacro %}

{% macro kept_version() -%}
    {%- set said = [model.raw_code, customer_segments.word_key('word'), customer_segments.local_date('moment'), customer_segments.unread_value('column')] -%}
    {%- if execute -%}
        {%- for id in model.depends_on.nodes if id in graph.nodes -%}
            {%- set node = graph.nodes[id] -%}
            {%- do said.append(node.checksum.checksum if node.resource_type == 'seed' else (node.config.meta, node.columns)) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(' ' ~ local_md5(said | join(' '))) }}
{%- endmacro %}
