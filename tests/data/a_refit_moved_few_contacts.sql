{{ config(enabled=var('using_clusters'), severity='warn') }}
-- A refit that turns the clusters over makes segments of the same name mean other people.
select distinct
    fit_number,
    fitted_on,
    changed_share
from {{ ref('cluster_centroids') }}
where fitted_on = {{ as_of() }} and changed_share > {{ var('cluster_change_limit') }}
