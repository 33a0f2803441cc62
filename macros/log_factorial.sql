{% macro log_factorial(number) -%}
    {{ return(adapter.dispatch('log_factorial', 'customer_segments')(number)) }}
{%- endmacro %}

{#- Stirling's series of a number ten larger, which is exact to 13 digits from 0 on, less what lies between. -#}
{% macro default__log_factorial(number) -%}
    {%- set large = 'ln(' ~ number ~ ' + 11)' -%}
    (
        ({{ number }} + 10.5) * {{ large }} - ({{ number }} + 11) + 0.91893853320467274178
        + exp(-{{ large }}) / 12 - exp(-3 * {{ large }}) / 360 + exp(-5 * {{ large }}) / 1260 - exp(-7 * {{ large }}) / 1680
        {%- for step in range(1, 11) %}
        - ln({{ number }} + {{ step }})
        {%- endfor %}
    )
{%- endmacro %}

{% macro duckdb__log_factorial(number) -%}
    lgamma(1.0 + {{ number }})
{%- endmacro %}
