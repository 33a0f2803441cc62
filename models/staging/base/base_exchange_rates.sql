with orders as (

    select upper({{ clean_text('currency') }}) as currency
    from {{ ref('raw_orders') }}

),

exchange_rates as (

    select * from {{ ref('exchange_rates') }}

),

commonest as (

    select currency
    from orders
    where currency is not null
    group by currency
    order by count(*) desc, currency asc
    limit 1

),

reporting as (

    select
        case
            when '{{ var("reporting_currency") }}' <> 'auto' then upper('{{ var("reporting_currency") }}')
            else coalesce((select currency from commonest), 'EUR')
        end as currency

),

currencies as (

    select currency from exchange_rates
    union
    select currency from reporting

)

select
    currencies.currency,
    reporting.currency as reporting_currency,
    case
        when currencies.currency = reporting.currency then 1
        else from_rates.rate_to_eur / to_rates.rate_to_eur
    end as rate
from currencies
cross join reporting
left join exchange_rates as from_rates on currencies.currency = from_rates.currency
left join exchange_rates as to_rates on reporting.currency = to_rates.currency
union all
-- An order without a currency is in the reporting currency.
select
    '' as currency,
    currency as reporting_currency,
    1 as rate
from reporting
