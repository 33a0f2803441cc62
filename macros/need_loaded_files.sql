{% macro need_loaded_files() -%}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
        {%- set readers = [] -%}
        {%- for id in selected_resources if id.startswith('model.customer_segments.input_') -%}
            {%- do readers.append(id) -%}
        {%- endfor -%}
        {%- if readers and var('loaded_dir') and not customer_segments.files_are_loaded() -%}
            {{ exceptions.raise_compiler_error(
                "nothing is loaded in " ~ var('loaded_dir') ~ ", which the input tables read; run make build, or"
                ~ " `segments load` for a run of dbt alone, or say loaded_dir: null where tables fill all inputs") }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{% macro files_are_loaded() -%}
    {{ return(adapter.dispatch('files_are_loaded', 'customer_segments')()) }}
{%- endmacro %}

{% macro duckdb__files_are_loaded() -%}
    {%- set listed = customer_segments.wildcards_escaped(var('loaded_dir')) ~ '/files.parquet' -%}
    {{ return(run_query("select file from glob('" ~ listed | replace("'", "''") ~ "')").rows | length > 0) }}
{%- endmacro %}

{% macro wildcards_escaped(path) -%}
    {{ return(modules.re.sub('([\\[*?])', '[\\1]', path)) }}
{%- endmacro %}
