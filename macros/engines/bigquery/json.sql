{#- Not verified here: compare the published tables with DuckDB's, row by row, before you rely on it; docs/engines.md says how. -#}

{% macro bigquery__unread_value(column, rows=none) -%}
    json_value({{ rows ~ '.' if rows }}unread_values, '$.{{ column }}')
{%- endmacro %}

{#- With a blank between day and hour and without a Z, as DuckDB writes a timestamp. -#}
{% macro bigquery__row_as_json(alias) -%}
    regexp_replace(
        to_json_string({{ alias }}),
        {{ customer_segments.pattern('"(\\d{4}-\\d{2}-\\d{2})T(\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?)Z?"') }},
        {{ customer_segments.text_literal('"\\1 \\2"') }}
    )
{%- endmacro %}

{#- Inside of a text the quotes would have backslashes before them. -#}
{% macro bigquery__input_row_as_json(rows) -%}
    case
        when {{ rows }}.unread_values is null
            then replace({{ customer_segments.row_as_json(rows) }}, ',"unread_values":null', '')
        else error('values that could not be read are merged into a row on DuckDB and PostgreSQL only')
    end
{%- endmacro %}

{% macro bigquery__text_as_json(column) -%}
    case when {{ column }} is not null then to_json_string({{ column }}) end
{%- endmacro %}
