{#- Not verified here: compare the published tables with DuckDB's, row by row, before you rely on it; docs/engines.md says how. -#}

{% macro snowflake__addresses_in(column) -%}
    {{ customer_segments.snowflake_function('all_matches') }}(lower({{ customer_segments.half_width(column) }}), {{ customer_segments.address_pattern() }})
{%- endmacro %}

{#- Of no value an empty list, where DuckDB gives NULL. -#}
{% macro snowflake__collect_list(column) -%}
    case when count({{ column }}) > 0 then array_agg(distinct {{ column }}) within group (order by {{ column }}) end
{%- endmacro %}

{% macro snowflake__list_has(column, value) -%}
    coalesce(array_contains(to_variant({{ customer_segments.text_literal(value) }}), {{ column }}), false)
{%- endmacro %}

{% macro snowflake__list_items(column) -%}
    {{ customer_segments.not_on_this_engine('list_items', 'it has the items of a list in `from` only (flatten), where the models select them') }}
{%- endmacro %}

{% macro snowflake__first_known(column, window, data_type=none) -%}
    first_value({{ column }}) ignore nulls over {{ window }}
{%- endmacro %}
