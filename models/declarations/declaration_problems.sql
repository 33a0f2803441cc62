select problem from {{ ref('channel_problems') }}
union all
select problem from {{ ref('french_problems') }}
union all
select problem from {{ ref('offer_problems') }}
union all
select problem from {{ ref('sequence_problems') }}
union all
select problem from {{ ref('sequence_step_problems') }}
union all
select problem from {{ ref('segment_problems') }}
