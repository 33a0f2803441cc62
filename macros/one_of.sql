{% macro one_of(column, values) -%}
    case
        when lower({{ clean_text(column) }}) in ('{{ values | join("', '") }}')
            then lower({{ clean_text(column) }})
    end
{%- endmacro %}
