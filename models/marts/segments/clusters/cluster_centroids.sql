with fits as (

    select * from {{ ref('cluster_fits') }}

),

fits_up_to_as_of as (

    select distinct
        fit_number,
        fitted_on
    from fits
    where fitted_on <= {{ as_of() }}

),

-- Of two fits of a day the one made last.
numbered_fits as (

    select
        fit_number,
        row_number() over (order by fitted_on desc, fit_number desc) as fits_back
    from fits_up_to_as_of

),

last_fit as (

    select fit_number
    from numbered_fits
    where fits_back = 1

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
