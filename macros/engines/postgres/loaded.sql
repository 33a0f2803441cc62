{#- The schema into which customer_segments/engines/postgres.py brings what was loaded. -#}
{% macro postgres__loaded_rows(table, by_name=false) -%}
    select * from loaded.{{ adapter.quote(table) }}
{%- endmacro %}

{% macro postgres__list_of_loaded_files() -%}
    loaded.files
{%- endmacro %}

{% macro postgres__files_are_loaded() -%}
    {{ return(run_query("select 1 where to_regclass('loaded.files') is not null").rows | length > 0) }}
{%- endmacro %}

{% macro postgres__list_of_columns(relation) -%}
    {%- set query -%}
    select
        attname,
        format_type(atttypid, atttypmod)
    from pg_attribute
    where
        attrelid = to_regclass('{{ relation | replace("'", "''") }}')
        and attnum > 0
        and not attisdropped
    order by attnum
    {%- endset -%}
    {{ return(run_query(query).rows) }}
{%- endmacro %}
