{#- A raw text in lower case when it is one of the values; NULL for all else.
    column: the raw text.
    values: the values allowed. -#}
{% macro one_of(column, values) -%}
    case
        when lower({{ clean_text(column) }}) in ('{{ values | join("', '") }}')
            then lower({{ clean_text(column) }})
    end
{%- endmacro %}
