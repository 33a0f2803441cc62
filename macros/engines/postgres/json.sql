{% macro postgres__unread_value(column, rows=none) -%}
    cast({{ rows ~ '.' if rows }}unread_values as json) ->> '{{ column }}'
{%- endmacro %}

{#- With a blank between day and hour, as DuckDB writes a timestamp. -#}
{% macro postgres__row_as_json(alias) -%}
    regexp_replace(cast(row_to_json({{ alias }}) as varchar), '("\d{4}-\d{2}-\d{2})T(\d{2}:)', '\1 \2', 'g')
{%- endmacro %}

{% macro postgres__input_row_as_json(rows) -%}
    cast(
        (cast({{ customer_segments.row_as_json(rows) }} as jsonb) || cast(coalesce({{ rows }}.unread_values, '{}') as jsonb))
        - 'unread_values' as varchar
    )
{%- endmacro %}

{% macro postgres__text_as_json(column) -%}
    cast(to_json({{ column }}) as varchar)
{%- endmacro %}
