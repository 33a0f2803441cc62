{% macro read_raw() -%}
    {{ return(adapter.dispatch('read_raw')()) }}
{%- endmacro %}

{% macro duckdb__read_raw() -%}
    {%- set table = model.name | replace('raw_', '', 1) -%}
    {%- set path = (var('raw_dir') ~ '/' ~ table) | replace("'", "''") -%}
    {%- set files = run_query(
        "select file from glob('" ~ path ~ ".parquet') union all select file from glob('" ~ path ~ ".csv')"
    ).columns[0].values() if execute else [] -%}
    {%- set found = [] -%}
    {%- set present = [] -%}
    {%- if files -%}
        {%- do found.append(
            "read_parquet('" ~ path ~ ".parquet')" if files[0].endswith('.parquet')
            else "read_csv('" ~ path ~ ".csv', header = true, all_varchar = true, delim = ',', quote = '\"')"
        ) -%}
        {%- do present.extend(run_query("describe select * from " ~ found[0]).columns[0].values()) -%}
    {%- elif execute and model.config.meta.required -%}
        {{ exceptions.raise_compiler_error(
            "there is no " ~ table ~ ".csv or " ~ table ~ ".parquet in " ~ var('raw_dir')
            ~ "; export it, or set the var raw_dir to the folder that holds it") }}
    {%- endif -%}
    select
    {%- for column in model.columns.values() if column.name != 'raw_row_number' %}
        {%- if found and column.name not in present and column.config.meta.required -%}
            {{ exceptions.raise_compiler_error(
                table ~ " in " ~ var('raw_dir') ~ " has no column " ~ column.name ~ "; add it to the export") }}
        {%- endif %}
        cast({{ column.name if column.name in present else 'null' }} as varchar) as {{ column.name }},
    {%- endfor %}
        row_number() over () as raw_row_number
    from {{ found[0] if found else '(select 1 as nothing) as no_file where false' }}
{%- endmacro %}
