{% macro parse_timestamp(column) -%}
    {{ return(adapter.dispatch('parse_timestamp', 'customer_segments')(column)) }}
{%- endmacro %}

{% macro duckdb__parse_timestamp(column) -%}
    {%- set text = customer_segments.clean_text(column) -%}
    {%- set parsed -%}
        coalesce(case
            -- Nearly all: a plain cast, which ignores offsets, takes a tenth of the time.
            when {{ column }} like '____-__-_____:__:__' or {{ column }} like '____-__-_____:__:__%Z'
                then try_cast({{ column }} as timestamp)
        end, case
            when regexp_matches({{ text }}, '^\d{4}-\d{2}-\d{2}[Tt ]')
                -- DuckDB asks for seconds where there is an offset; ISO 8601 does not.
                then timezone('UTC', try_cast(
                    regexp_replace(upper({{ text }}), '^(.{10}[T ]\d{2}:\d{2})(Z|[+-])', '\1:00\2') as timestamptz
                ))
            -- try_strptime takes words such as infinity or epoch for 1 January 1900.
            when regexp_matches({{ text }}, '^\d')
                then timezone('UTC', timezone('{{ var("timezone") }}', try_strptime({{ text }}, [
                    '%Y-%m-%d', '%d.%m.%Y', '%d/%m/%Y',
                    '%d.%m.%Y %H:%M', '%d/%m/%Y %H:%M', '%d.%m.%Y %H:%M:%S', '%d/%m/%Y %H:%M:%S'
                ])))
        end)
    {%- endset -%}
    case when {{ parsed }} >= timestamp '1900-01-01' then {{ parsed }} end
{%- endmacro %}
