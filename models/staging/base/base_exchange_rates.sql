with choices as (

    select * from {{ ref('base_reporting_currency') }}

),

exchange_rates as (

    select * from {{ ref('exchange_rates') }}

),

last_choice as (

    select max(choice_number) as choice_number
    from choices

),

-- While no order up to as_of names a currency there is none; later ones have their rates in euros.
present_choice as (

    select
        max(choices.currency) as reporting_currency,
        coalesce(max(choices.currency), 'EUR') as converted_to
    from choices
    inner join last_choice on choices.choice_number = last_choice.choice_number

),

currencies as (

    select currency from exchange_rates
    union
    select converted_to as currency from present_choice

)

select
    currencies.currency,
    present_choice.reporting_currency,
    case
        when currencies.currency = present_choice.converted_to then 1
        else cast(from_rates.rate_to_eur as double) / cast(to_rates.rate_to_eur as double)
    end as rate
from currencies
cross join present_choice
left join exchange_rates as from_rates on currencies.currency = from_rates.currency
left join exchange_rates as to_rates on present_choice.converted_to = to_rates.currency
union all
-- An order without a currency is in the reporting currency.
select
    '' as currency,
    reporting_currency,
    1 as rate
from present_choice
