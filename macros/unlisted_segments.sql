{% macro unlisted_segments() -%}
    {%- set unlisted = [] -%}
    {%- if execute -%}
        {%- set listed = graph.nodes['model.customer_segments.segment_rule_members'].depends_on.nodes -%}
        {%- for node in graph.nodes.values() if customer_segments.is_rule_segment(node) -%}
            {%- if node.unique_id not in listed -%}{%- do unlisted.append(node.name) -%}{%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(unlisted) }}
{%- endmacro %}
