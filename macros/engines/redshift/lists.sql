{#- Not verified here: compare the published tables with DuckDB's, row by row, before you rely on it; docs/engines.md says how. -#}

{% macro redshift__addresses_in(column) -%}
    {{ customer_segments.not_on_this_engine('addresses_in', 'it has no lists but SUPER, which is neither aggregated nor compared') }}
{%- endmacro %}

{% macro redshift__collect_list(column) -%}
    {{ customer_segments.not_on_this_engine('collect_list', 'it has no lists but SUPER, which is neither aggregated nor compared') }}
{%- endmacro %}

{% macro redshift__list_has(column, value) -%}
    {{ customer_segments.not_on_this_engine('list_has', 'it has no lists but SUPER, which is neither aggregated nor compared') }}
{%- endmacro %}

{% macro redshift__list_items(column) -%}
    {{ customer_segments.not_on_this_engine('list_items', 'it has no lists but SUPER, which is neither aggregated nor compared') }}
{%- endmacro %}

{% macro redshift__first_known(column, window, data_type=none) -%}
    {%- if data_type -%}
        {{ customer_segments.not_on_this_engine('first_known', 'it has no lists but SUPER, which is neither aggregated nor compared') }}
    {%- endif -%}
    first_value({{ column }} ignore nulls) over {{ window }}
{%- endmacro %}
