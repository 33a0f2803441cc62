{% macro one_of(column, values) -%}
    case
        when lower({{ column }}) in ('{{ values | join("', '") }}')
            then lower({{ column }})
    end
{%- endmacro %}
