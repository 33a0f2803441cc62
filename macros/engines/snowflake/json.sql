{#- Not verified here: compare the published tables with DuckDB's, row by row, before you rely on it; docs/engines.md says how. -#}

{% macro snowflake__unread_value(column, rows=none) -%}
    cast(get(parse_json({{ rows ~ '.' if rows }}unread_values), '{{ column }}') as varchar)
{%- endmacro %}

{#- With small names, since Snowflake's own are capitals. -#}
{% macro snowflake__row_as_json(alias) -%}
    (
        select cast(object_agg(lower(field.key), field.value) as varchar)
        from table(flatten(input => object_construct_keep_null({{ alias }}.*))) as field
    )
{%- endmacro %}

{% macro snowflake__input_row_as_json(rows) -%}
    (
        select cast(object_agg(
            lower(field.key), coalesce(get(parse_json({{ rows }}.unread_values), lower(field.key)), field.value)
        ) as varchar)
        from table(flatten(input => object_construct_keep_null({{ rows }}.*))) as field
        where lower(field.key) <> 'unread_values'
    )
{%- endmacro %}

{% macro snowflake__text_as_json(column) -%}
    to_json(to_variant({{ column }}))
{%- endmacro %}
