{% macro segments_without_a_line() -%}
    {%- set forgotten = [] -%}
    {%- if execute -%}
        {%- set listed = graph.nodes['model.' ~ project_name ~ '.segment_rule_members'].depends_on.nodes -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and 'rules' in node.fqn -%}
            {%- if node.unique_id not in listed -%}{%- do forgotten.append(node.name) -%}{%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(forgotten) }}
{%- endmacro %}
