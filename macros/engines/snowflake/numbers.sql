{#- Not verified here: compare the published tables with DuckDB's, row by row, before you rely on it; docs/engines.md says how. -#}

{#- Halves away from zero. -#}
{% macro snowflake__whole_number(figure) -%}
    cast(round({{ figure }}) as bigint)
{%- endmacro %}
