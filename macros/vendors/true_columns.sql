{% macro true_columns(alias) -%}
    {{ return(adapter.dispatch('true_columns', 'customer_segments')(alias)) }}
{%- endmacro %}

{% macro duckdb__true_columns(alias) -%}
    list_sort(list_transform(
        list_filter(
            map_entries(cast(to_json({{ alias }}) as map(varchar, varchar))),
            lambda entry: lower(trim(entry.value)) in ('true', 'yes')
        ),
        lambda entry: entry.key
    ))
{%- endmacro %}
