{% macro two_proportion_z(successes, trials, other_successes, other_trials) -%}
    {%- set pooled -%}
        cast({{ successes }} + {{ other_successes }} as double) / nullif({{ trials }} + {{ other_trials }}, 0)
    {%- endset -%}
    (
        cast({{ successes }} as double) / nullif({{ trials }}, 0)
        - cast({{ other_successes }} as double) / nullif({{ other_trials }}, 0)
    ) / nullif(
        sqrt(
            ({{ pooled }}) * (1 - {{ pooled }})
            * (1e0 / nullif({{ trials }}, 0) + 1e0 / nullif({{ other_trials }}, 0))
        ),
        0
    )
{%- endmacro %}
