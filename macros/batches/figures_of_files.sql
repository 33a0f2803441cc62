{% macro figures_of_files(table) -%}
    select
        '{{ table }}' as source,
        day,
        measure,
        column_name,
        value,
        sum(figure) as figure
    from {{ ref('loaded_' ~ table ~ '_figures') }}
    group by day, measure, column_name, value
    {%- set newest = customer_segments.daily_figures_of(table, part='newest') %}
    {%- if newest %}
    union all
    {{ newest }}
    {%- endif %}
{%- endmacro %}
