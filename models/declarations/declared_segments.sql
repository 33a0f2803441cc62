{{ config(materialized='table') }}

with declared_definitions as (

    {{ declared_definitions() }}

)

select * from declared_definitions
