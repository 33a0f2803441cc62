with choices as (

    select * from {{ ref('base_reporting_currency') }}

),

numbered_choices as (

    select
        currency,
        chosen_by,
        chosen_on,
        lag(currency) over (order by choice_number asc) as previous_currency,
        row_number() over (order by choice_number desc) as choices_back
    from choices

),

one_row as (

    select 1 as choices_back

)

select
    numbered_choices.currency,
    numbered_choices.chosen_by,
    numbered_choices.chosen_on,
    numbered_choices.previous_currency
from one_row
left join numbered_choices on one_row.choices_back = numbered_choices.choices_back
