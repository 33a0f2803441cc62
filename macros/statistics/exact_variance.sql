{% macro exact_variance(column) -%}
    {%- set value = 'cast(' ~ column ~ ' as decimal(38, 6))' -%}
    cast(
        count({{ column }}) * sum({{ value }} * {{ value }}) - sum({{ value }}) * sum({{ value }}) as double
    ) / nullif(cast(count({{ column }}) as double) * count({{ column }}), 0)
{%- endmacro %}
