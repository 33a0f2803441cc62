{% macro unlisted_segments() -%}
    {%- set unlisted = [] -%}
    {%- if execute -%}
        {%- set listed = graph.nodes['model.' ~ project_name ~ '.segment_rule_members'].depends_on.nodes -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and 'rules' in node.fqn -%}
            {%- if node.unique_id not in listed -%}{%- do unlisted.append(node.name) -%}{%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(unlisted) }}
{%- endmacro %}
