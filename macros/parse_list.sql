{% macro parse_list(column) -%}
    {{ return(adapter.dispatch('parse_list', 'customer_segments')(column)) }}
{%- endmacro %}

{% macro duckdb__parse_list(column) -%}
    nullif(list_sort(list_distinct(list_filter(
        [{{ customer_segments.clean_text('item') }} for item in string_split(lower({{ column }}), '|')],
        lambda item: item is not null
    ))), [])
{%- endmacro %}
