{% macro true_columns(alias) -%}
    {{ return(adapter.dispatch('true_columns')(alias)) }}
{%- endmacro %}

{% macro duckdb__true_columns(alias) -%}
    list_sort(list_filter(
        json_keys(to_json({{ alias }})),
        lambda name: coalesce(lower(trim(to_json({{ alias }}) ->> ('$."' || name || '"'))), '') in ('true', 'yes')
    ))
{%- endmacro %}
