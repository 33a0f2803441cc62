-- Loops write the columns; where their lines end the linter can't see.
-- noqa: disable=LT02,LT05
{%- set features = cluster_features() %}
with features as (

    select * from {{ ref('int_contact_cluster_features') }}

),

centroids as (

    select
        cluster,
        {%- for feature in features %}
        max(case when feature = '{{ feature }}' then centroid end) as {{ feature }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('cluster_centroids') }}
    group by cluster

),

distances as (

    select
        features.contact_id,
        centroids.cluster,
        sqrt(
            {%- for feature in features %}
            {{ '+ ' if not loop.first }}(features.{{ feature }} - centroids.{{ feature }})
            * (features.{{ feature }} - centroids.{{ feature }})
            {%- endfor %}
        ) as distance
    from features
    cross join centroids

),

ranked_clusters as (

    select
        contact_id,
        cluster,
        distance,
        lead(cluster) over (partition by contact_id order by distance asc, cluster asc) as second_cluster,
        lead(distance) over (partition by contact_id order by distance asc, cluster asc) as second_distance,
        row_number() over (partition by contact_id order by distance asc, cluster asc) as cluster_number
    from distances

)

select
    contact_id,
    cluster,
    distance,
    second_cluster,
    second_distance,
    1 - distance / nullif(second_distance, 0) as simplified_silhouette,
    {{ as_of() }} as as_of
from ranked_clusters
where cluster_number = 1
