{% macro input_row_as_json(rows) -%}
    {{ return(adapter.dispatch('input_row_as_json', 'customer_segments')(rows)) }}
{%- endmacro %}

{% macro duckdb__input_row_as_json(rows) -%}
    cast(
        json_merge_patch(
            to_json({{ rows }}), coalesce({{ rows }}.unread_values, '{}'), '{"unread_values": null}'
        ) as varchar
    )
{%- endmacro %}
