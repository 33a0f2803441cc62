with fits as (

    select * from {{ ref('cluster_fits') }}

),

-- Of the fits up to as_of the last; of two of a day the one made last.
last_fit as (

    select max(fit_number) as fit_number
    from fits
    where
        fitted_on = (
            select max(fitted_on)
            from fits
            where fitted_on <= {{ as_of() }}
        )

)

select
    fits.cluster,
    fits.feature,
    fits.preference_type,
    fits.preference,
    fits.center,
    fits.scale,
    fits.weight,
    fits.centroid,
    fits.center + fits.centroid / nullif(fits.weight, 0) * fits.scale as typical_value,
    fits.is_new,
    fits.fit_number,
    fits.fitted_on,
    fits.finding,
    fits.changed_share,
    fits.stability
from fits
inner join last_fit on fits.fit_number = last_fit.fit_number
