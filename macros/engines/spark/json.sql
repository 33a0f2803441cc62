{#- Not verified here: compare the published tables with DuckDB's, row by row, before you rely on it; docs/engines.md says how. -#}

{% macro spark__unread_value(column, rows=none) -%}
    get_json_object({{ rows ~ '.' if rows }}unread_values, '$.{{ column }}')
{%- endmacro %}

{#- With what is NULL, and times as DuckDB writes them but for the decimals of a whole second. -#}
{% macro spark__row_as_json(alias) -%}
    to_json(struct({{ alias }}.*), map(
        'ignoreNullFields', 'false',
        'timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS'
    ))
{%- endmacro %}

{#- Inside of a text the quotes would have backslashes before them. -#}
{% macro spark__input_row_as_json(rows) -%}
    case
        when {{ rows }}.unread_values is null
            then replace({{ customer_segments.row_as_json(rows) }}, ',"unread_values":null', '')
        else raise_error('values that could not be read are merged into a row on DuckDB and PostgreSQL only')
    end
{%- endmacro %}

{#- Of a list of one, since Spark writes no text by itself. -#}
{% macro spark__text_as_json(column) -%}
    substring(to_json(array({{ column }})), 2, length(to_json(array({{ column }}))) - 2)
{%- endmacro %}
