{#- An e-mail address as identity: trimmed and in lower case; NULL when it is no address.
    column: the raw text. -#}
{% macro normalise_email(column) -%}
    case
        when regexp_matches(lower({{ clean_text(column) }}), '^[^@\s,;<>"]+@[^@\s,;<>"]+\.[^@\s,;<>".]+$')
            then lower({{ clean_text(column) }})
    end
{%- endmacro %}
