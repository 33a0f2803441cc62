{#- Not verified here: compare the published tables with DuckDB's, row by row, before you rely on it; docs/engines.md says how. -#}

{#- Where there is no such key it is an empty text, which no value here is. -#}
{% macro redshift__unread_value(column, rows=none) -%}
    nullif(json_extract_path_text({{ rows ~ '.' if rows }}unread_values, '{{ column }}'), '')
{%- endmacro %}

{% macro redshift__row_as_json(alias) -%}
    {{ customer_segments.not_on_this_engine('row_as_json', 'it makes no JSON of a row whose columns it is not told') }}
{%- endmacro %}

{% macro redshift__input_row_as_json(rows) -%}
    {{ customer_segments.not_on_this_engine('input_row_as_json', 'it makes no JSON of a row whose columns it is not told') }}
{%- endmacro %}

{% macro redshift__text_as_json(column) -%}
    json_serialize(cast({{ column }} as super))
{%- endmacro %}
