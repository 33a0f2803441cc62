{{ config(materialized='view') }}

with definitions as (

    select * from {{ ref('segment_definitions') }}
    where family <> 'rule'

),

field_values as (

    select * from {{ ref('trait_values') }}

)

-- The alias is the family, an underscore and the value. Splits name their family in the label as well.
select
    family as trait,
    {{ word_key('substring(segment, length(family) + 2)') }} as value_key,
    case
        when label_fr like '%: %' then substring(label_fr, {{ dbt.position("': '", 'label_fr') }} + 2)
        else label_fr
    end as value_label_fr
from definitions
union all
select
    trait,
    {{ word_key('value') }} as value_key,
    label_fr as value_label_fr
from field_values
where trait not in (select definitions.family from definitions)
