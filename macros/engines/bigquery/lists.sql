{#- Not verified here: compare the published tables with DuckDB's, row by row, before you rely on it; docs/engines.md says how. -#}

{% macro bigquery__addresses_in(column) -%}
    regexp_extract_all(lower({{ customer_segments.half_width(column) }}), {{ customer_segments.address_pattern() }})
{%- endmacro %}

{% macro bigquery__collect_list(column) -%}
    array_agg(distinct {{ column }} ignore nulls order by {{ column }})
{%- endmacro %}

{% macro bigquery__list_has(column, value) -%}
    {{ customer_segments.text_literal(value) }} in unnest({{ column }})
{%- endmacro %}

{% macro bigquery__list_items(column) -%}
    {{ customer_segments.not_on_this_engine('list_items', 'it has the items of a list in `from` only (unnest), where the models select them') }}
{%- endmacro %}

{% macro bigquery__first_known(column, window, data_type=none) -%}
    first_value({{ column }} ignore nulls) over {{ window }}
{%- endmacro %}
