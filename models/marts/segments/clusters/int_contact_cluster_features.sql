-- Loops write the columns; where their lines end the linter can't see.
-- noqa: disable=LT02,LT05
{%- set features = cluster_features() %}
with inputs as (

    select * from {{ ref('int_contact_cluster_inputs') }}

),

preferences as (

    select * from {{ ref('preference_segments') }}

),

centroids as (

    select * from {{ ref('cluster_centroids') }}

),

-- How a feature is scaled is the same for all clusters.
scales as (

    select
        {%- for feature in features %}
        max(case when feature = '{{ feature }}' then center end) as {{ feature }}_center,
        max(case when feature = '{{ feature }}' then scale end) as {{ feature }}_scale,
        max(case when feature = '{{ feature }}' then weight end) as {{ feature }}_weight{{ ',' if not loop.last }}
        {%- endfor %}
    from centroids

),

preference_features as (

    select distinct
        feature,
        preference_type,
        preference
    from centroids
    where preference is not null

),

-- A contact known to prefer something of a type does not prefer the others; of other contacts nothing is known.
preference_strengths as (

    select
        preferences.contact_id,
        {%- for feature in features if feature.split('_')[-1].isdigit() %}
        max(
            case
                when preference_features.feature = '{{ feature }}' then sqrt(greatest(preferences.strength, 0))
                when preferences.preference_type = '{{ feature.rsplit('_', 1)[0] }}' then 0
            end
        ) as {{ feature }}{{ ',' if not loop.last }}
        {%- endfor %}
    from preferences
    left join preference_features
        on
            preferences.preference_type = preference_features.preference_type
            and preferences.preference = preference_features.preference
    where preferences.preference_type in ('category', 'topic', 'interest')
    group by preferences.contact_id

),

standardised_features as (

    select
        inputs.contact_id,
        {%- for feature in features %}
        {%- set source = 'preference_strengths' if feature.split('_')[-1].isdigit() else 'inputs' %}
        ({{ source }}.{{ feature }} - {{ feature }}_center) / {{ feature }}_scale as {{ feature }}{{ ',' if not loop.last }}
        {%- endfor %}
    from inputs
    cross join scales
    left join preference_strengths on inputs.contact_id = preference_strengths.contact_id

)

-- Unknown and left-out features are 0, the mean; nothing is further away than three deviations.
select
    standardised_features.contact_id,
    {%- for feature in features %}
    {%- set z = 'standardised_features.' ~ feature %}
    coalesce(case when {{ z }} > 3 then 3 when {{ z }} < -3 then -3 else {{ z }} end * {{ feature }}_weight, 0)
        as {{ feature }}{{ ',' if not loop.last }}
    {%- endfor %}
from standardised_features
cross join scales
