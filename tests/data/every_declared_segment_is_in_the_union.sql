-- A segment that has its file and YAML but no line in segment_rule_members would stay empty in silence.
{%- set union_model = graph.nodes.values() | selectattr('name', 'equalto', 'segment_rule_members') | first if execute else {} -%}
{%- set forgotten = [] -%}
{%- for node in (graph.nodes.values() if execute else []) if node.resource_type == 'model' and 'rules' in node.fqn -%}
    {%- if node.unique_id not in union_model.depends_on.nodes -%}
        {%- do forgotten.append(node.name) -%}
    {%- endif -%}
{%- endfor %}
{% for segment in forgotten -%}
select 'segment {{ segment }} has no line in segment_rule_members.sql' as problem
{{ 'union all' if not loop.last }}
{%- else -%}
select 'none' as problem
where false
{%- endfor %}
-- depends_on: {{ ref('segment_rule_members') }}
