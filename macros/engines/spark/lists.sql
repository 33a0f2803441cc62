{#- Not verified here: compare the published tables with DuckDB's, row by row, before you rely on it; docs/engines.md says how. -#}

{% macro spark__addresses_in(column) -%}
    regexp_extract_all(lower({{ customer_segments.half_width(column) }}), {{ customer_segments.address_pattern() }}, 0)
{%- endmacro %}

{% macro spark__collect_list(column) -%}
    case when count({{ column }}) > 0 then sort_array(collect_set({{ column }})) end
{%- endmacro %}

{% macro spark__list_has(column, value) -%}
    coalesce(array_contains({{ column }}, {{ customer_segments.text_literal(value) }}), false)
{%- endmacro %}

{% macro spark__list_items(column) -%}
    explode({{ column }})
{%- endmacro %}

{% macro spark__first_known(column, window, data_type=none) -%}
    first({{ column }}, true) over {{ window }}
{%- endmacro %}
