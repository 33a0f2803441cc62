-- Families and how they fare by the measures of their quality.
select
    subject,
    family,
    homogeneity,
    separation,
    overlap,
    drift,
    stability,
    status
from segment_quality
where level = 'family'
order by subject
