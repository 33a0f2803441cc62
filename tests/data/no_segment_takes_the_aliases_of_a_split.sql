-- Which values a split finds is up to the data: a city_centre beside the split city would one day meet a
-- city named Centre. So no other alias may begin like a split's.
{%- set problems = [] -%}
{%- set declared = declared_segments() -%}
{%- for split in declared if split.segment.endswith('{value}') -%}
    {%- set beginning = split.family ~ '_' -%}
    {%- for other in declared if other.segment != split.segment and other.segment.startswith(beginning) -%}
        {%- do problems.append("('segment " ~ other.segment ~ " begins like a split: " ~ beginning ~ "'), ") -%}
    {%- endfor -%}
{%- endfor %}
select problems.problem
from (values {{ problems | join }}(null)) as problems (problem)
where problems.problem is not null
-- depends_on: {{ ref('segment_definitions') }}
