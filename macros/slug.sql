{% macro slug(column) -%}
    {{ return(adapter.dispatch('slug', 'customer_segments')(column)) }}
{%- endmacro %}

{% macro duckdb__slug(column) -%}
    nullif(trim(regexp_replace(
        translate(
            replace(replace(replace(strip_accents(lower({{ column }})), 'ß', 'ss'), 'œ', 'oe'), 'æ', 'ae'),
            'øłđ', 'old'
        ),
        '[^a-z0-9]+', '_', 'g'
    ), '_'), '')
{%- endmacro %}
