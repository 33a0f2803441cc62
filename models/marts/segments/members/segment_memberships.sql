{{ config(materialized='view') }}

with rule_members as (

    select * from {{ ref('segment_rule_members') }}

),

manual_changes as (

    select * from {{ ref('int_segment_manual_changes') }}

)

{{ members_after_manual_changes('rule_members', 'manual_changes') }}
