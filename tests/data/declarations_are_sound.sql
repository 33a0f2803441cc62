-- All models wait for this test: dbt_project.yml has the raw ones read it.
select problem
from {{ ref('declaration_problems') }}
