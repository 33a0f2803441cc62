{% macro parse_boolean(column) -%}
    case
        when lower({{ customer_segments.clean_text(column) }}) in ('true', '1', 'yes', 'oui', 'ja', 'si', 'sì') then true
        when lower({{ customer_segments.clean_text(column) }}) in ('false', '0', 'no', 'non', 'nein') then false
    end
{%- endmacro %}
