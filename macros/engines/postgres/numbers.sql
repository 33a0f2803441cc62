{#- Of a number with decimals, since PostgreSQL rounds a half of a double to the even number. -#}
{% macro postgres__whole_number(figure) -%}
    cast(round(cast({{ figure }} as numeric)) as bigint)
{%- endmacro %}

{#- Stirling's series, where a factorial is no longer exact. -#}
{% macro postgres__log_factorial(number) -%}
    case
        when {{ number }} < 20 then ln(cast(factorial(cast({{ number }} as bigint)) as double precision))
        else
            ({{ number }} + 0.5) * ln(cast({{ number }} + 1 as double precision)) - ({{ number }} + 1)
            + 0.91893853320467274178 + 1.0 / 12 / ({{ number }} + 1)
            - 1.0 / 360 / power(cast({{ number }} + 1 as double precision), 3)
            + 1.0 / 1260 / power(cast({{ number }} + 1 as double precision), 5)
            - 1.0 / 1680 / power(cast({{ number }} + 1 as double precision), 7)
    end
{%- endmacro %}
