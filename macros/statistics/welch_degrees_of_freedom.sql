{% macro welch_degrees_of_freedom(variance, size, other_variance, other_size) -%}
    power({{ variance }} / {{ size }} + {{ other_variance }} / {{ other_size }}, 2) / nullif(
        power({{ variance }} / {{ size }}, 2) / nullif({{ size }} - 1, 0)
        + power({{ other_variance }} / {{ other_size }}, 2) / nullif({{ other_size }} - 1, 0),
        0
    )
{%- endmacro %}
