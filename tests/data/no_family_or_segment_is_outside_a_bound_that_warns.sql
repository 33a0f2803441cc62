{{ config(enabled=var('using_quality'), severity='warn') }}
select
    family,
    subject || ': ' || findings as problem
from {{ ref('segment_quality') }}
where status = 'warn'
