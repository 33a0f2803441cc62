-- Which release this is, of which day, and how many contacts it counts.
select
    release.release,
    release.as_of,
    release.built_at,
    release.git_revision,
    release.project_version,
    (select count(*) from lifecycle_segments) as contact_count,
    (select count(*) from segments) as segment_count
from release
