{#- A raw text as a timestamp in UTC; NULL when it is none, or before 1900.
    Reads ISO 8601 (UTC where it carries no offset) and, because spreadsheets in Switzerland and France
    write it so, the day first with dots or slashes (31.12.1980, 31/12/1980 14:30). A text with a day
    alone means the beginning of that day in the project's timezone.
    column: the raw text. -#}
{% macro parse_timestamp(column) -%}
    {{ return(adapter.dispatch('parse_timestamp')(column)) }}
{%- endmacro %}

{% macro duckdb__parse_timestamp(column) -%}
    {%- set text = clean_text(column) -%}
    {%- set parsed -%}
        case
            when regexp_matches({{ text }}, '^\d{4}-\d{2}-\d{2}[T ]')
                then timezone('UTC', try_cast({{ text }} as timestamptz))
            else timezone('UTC', timezone('{{ var("timezone") }}', try_strptime({{ text }}, [
                '%Y-%m-%d', '%d.%m.%Y', '%d/%m/%Y',
                '%d.%m.%Y %H:%M', '%d/%m/%Y %H:%M', '%d.%m.%Y %H:%M:%S', '%d/%m/%Y %H:%M:%S'
            ])))
        end
    {%- endset -%}
    case when {{ parsed }} >= timestamp '1900-01-01' then {{ parsed }} end
{%- endmacro %}
