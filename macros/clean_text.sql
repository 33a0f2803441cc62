{% macro clean_text(column) -%}
    {{ return(adapter.dispatch('clean_text', 'customer_segments')(column)) }}
{%- endmacro %}

{% macro duckdb__clean_text(column) -%}
    {#- Few values have outer blanks, and looking for them costs a fifth of taking them off. -#}
    case
        when
            {{ column }} < '!' or starts_with({{ column }}, chr(160)) or suffix({{ column }}, ' ')
            or suffix({{ column }}, chr(9)) or suffix({{ column }}, chr(10)) or suffix({{ column }}, chr(13))
            or suffix({{ column }}, chr(160))
            then nullif(trim({{ column }}, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '')
        else {{ column }}
    end
{%- endmacro %}
