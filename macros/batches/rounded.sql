{% macro rounded(figure, places=0) -%}
    {%- if places -%}
        cast(cast({{ figure }} as decimal(18, {{ places }})) as {{ dbt.type_string() }})
    {%- else -%}
        cast({{ customer_segments.whole_number(figure) }} as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}
