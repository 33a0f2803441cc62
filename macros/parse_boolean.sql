{% macro parse_boolean(column) -%}
    case
        when lower({{ clean_text(column) }}) in ('true', '1', 'yes', 'oui', 'ja', 'si', 'sì') then true
        when lower({{ clean_text(column) }}) in ('false', '0', 'no', 'non', 'nein') then false
    end
{%- endmacro %}
