{% macro given_columns() -%}
    {{ return(adapter.dispatch('given_columns')()) }}
{%- endmacro %}

{% macro duckdb__given_columns() -%}
    {%- set folder = var('raw_dir') | replace("'", "''") -%}
    {%- set noted = run_query("select file from glob('" ~ folder ~ "/given_columns.parquet')").rows if execute else [] -%}
    {%- if noted -%}
        select
            source,
            column_name
        from read_parquet('{{ folder }}/given_columns.parquet')
    {%- else -%}
        {#- A folder of files as they came: those that are there say it themselves. -#}
        {%- set given = [] -%}
        {%- for node in (graph.nodes.values() if execute else []) if node.path.startswith('raw/') -%}
            {%- set source = node.name | replace('raw_', '', 1) -%}
            {%- set path = folder ~ '/' ~ source -%}
            {%- set found = run_query(
                "select file from glob('" ~ path ~ ".parquet') union all select file from glob('" ~ path ~ ".csv')"
            ).columns[0].values() -%}
            {%- if found -%}
                {%- set rows = "read_parquet('" ~ path ~ ".parquet')" if found[0].endswith('.parquet')
                    else "read_csv('" ~ path ~ ".csv', header = true, all_varchar = true, delim = ',', quote = '\"')" -%}
                {%- for column in run_query("describe select * from " ~ rows).columns[0].values()
                    if column in node.columns -%}
                    {%- do given.append("('" ~ source ~ "', '" ~ column ~ "')") -%}
                {%- endfor -%}
            {%- endif -%}
        {%- endfor -%}
        select
            cast(source as varchar) as source,
            cast(column_name as varchar) as column_name
        from (values {{ given | join(', ') if given else "(null, null)" }}) as given (source, column_name)
    {%- endif -%}
{%- endmacro %}
