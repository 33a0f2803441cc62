{% macro asked_freshness() -%}
    {%- set asked = [] -%}
    {%- for source in (customer_segments.input_tables() if execute else []) | sort -%}
        {%- set checks = graph.nodes['model.customer_segments.input_' ~ source].config.meta.checks or {} -%}
        {%- for what, fresh in (checks.fresh or {}) | dictsort -%}
            {%- do asked.append([source, what, fresh.within_days]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for source, what, days in asked %}
    select '{{ source }}' as source, '{{ what }}' as what, {{ days }} as within_days{{ ' union all' if not loop.last }}
    {%- else %}
    select '' as source, '' as what, 0 as within_days
    {%- endfor %}
{%- endmacro %}
