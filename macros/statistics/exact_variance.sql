{% macro exact_variance(column, square=none) -%}
    {%- set value = 'cast(' ~ column ~ ' as decimal(38, 6))' -%}
    cast(
        count({{ column }}) * sum({{ square or value ~ ' * ' ~ value }}) - sum({{ column }}) * sum({{ column }}) as double
    ) / nullif(cast(count({{ column }}) as double) * count({{ column }}), 0)
{%- endmacro %}
