{#- Not verified here: compare the published tables with DuckDB's, row by row, before you rely on it; docs/engines.md says how. -#}

{#- Its numeric alone has no decimals. -#}
{% macro redshift__whole_number(figure) -%}
    cast(round(cast({{ figure }} as decimal(38, 10))) as bigint)
{%- endmacro %}

{% macro redshift__log_factorial(number) -%}
    {{ customer_segments.default__log_factorial('cast(' ~ number ~ ' as double precision)') }}
{%- endmacro %}
