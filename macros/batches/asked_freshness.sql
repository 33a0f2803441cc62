{% macro asked_freshness() -%}
    {%- set asked = [] -%}
    {%- for node in (graph.nodes.values() if execute else []) if node.resource_type == 'model' and node.name.startswith('input_') -%}
        {%- for what, fresh in ((node.config.meta.checks or {}).fresh or {}).items() -%}
            {%- do asked.append([node.name | replace('input_', '', 1), what, fresh.within_days]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for source, what, days in asked | sort %}
    select '{{ source }}' as source, '{{ what }}' as what, {{ days }} as within_days{{ ' union all' if not loop.last }}
    {%- else %}
    select '' as source, '' as what, 0 as within_days
    {%- endfor %}
{%- endmacro %}
