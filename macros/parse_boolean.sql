{% macro parse_boolean(column) -%}
    case
        when lower({{ clean_text(column) }}) in ('true', '1', 'yes', 'oui') then true
        when lower({{ clean_text(column) }}) in ('false', '0', 'no', 'non') then false
    end
{%- endmacro %}
