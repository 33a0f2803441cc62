{% macro wilson_bound(successes, trials, bound) -%}
    {%- set z = 1.959963984540054 -%}
    case
        when {{ trials }} = 0 then null
        -- Exact where rounding could leave a bound beside 0 or 1.
        when {{ successes }} = {{ '0' if bound == 'low' else trials }} then {{ '0e0' if bound == 'low' else '1e0' }}
        else (
            {{ successes }} + {{ z * z / 2 }}e0 {{ '-' if bound == 'low' else '+' }} {{ z }}e0 * sqrt(
                cast({{ successes }} as double) * ({{ trials }} - {{ successes }}) / {{ trials }} + {{ z * z / 4 }}e0
            )
        ) / ({{ trials }} + {{ z * z }}e0)
    end
{%- endmacro %}
