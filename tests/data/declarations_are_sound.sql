-- What all models wait for: dbt_project.yml has the raw ones read it.
select problem
from {{ ref('declaration_problems') }}
