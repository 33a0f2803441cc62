{{ config(enabled=var('using_quality')) }}
select
    family,
    subject || ': ' || findings as problem
from {{ ref('segment_quality') }}
where status = 'error'
