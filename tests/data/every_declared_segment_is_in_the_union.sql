-- A segment with its file and YAML but without its line would stay empty in silence.
{%- set problems = [] -%}
{%- for segment in segments_without_a_line() -%}
    {%- do problems.append("('segment " ~ segment ~ " has no line in segment_rule_members.sql'), ") -%}
{%- endfor %}
select problems.problem
from (values {{ problems | join }}(null)) as problems (problem)
where problems.problem is not null
-- depends_on: {{ ref('segment_rule_members') }}
