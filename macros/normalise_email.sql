{% macro normalise_email(column) -%}
    case
        when regexp_matches(lower({{ clean_text(column) }}), '^[^@\s\p{Z},;<>"]+@[^@\s\p{Z},;<>"]+\.[^@\s\p{Z},;<>".]+$')
            then lower({{ clean_text(column) }})
    end
{%- endmacro %}
