-- A segment with its file and YAML that is missing from the list would stay empty in silence.
{%- set problems = [] -%}
{%- if execute -%}
    {%- set listed = graph.nodes['model.' ~ project_name ~ '.segment_rule_members'].depends_on.nodes -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and 'rules' in node.fqn -%}
        {%- if node.unique_id not in listed -%}
            {%- do problems.append(
                "('segment " ~ node.name ~ " is missing from the list in segment_rule_members.sql; run make fix'), "
            ) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endif %}
select problems.problem
from (values {{ problems | join }}(null)) as problems (problem)
where problems.problem is not null
-- depends_on: {{ ref('segment_rule_members') }}
