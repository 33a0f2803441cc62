with orders as (

    select
        upper(currency) as currency,
        {{ local_date('ordered_at') }} as ordered_on
    from {{ ref('input_orders') }}

),

earlier_choices as (

    {{ rows_before({'choice_number': 'integer', 'currency': 'varchar', 'chosen_by': 'varchar', 'chosen_on': 'date'}) }}

),

numbered_choices as (

    select
        choice_number,
        currency,
        row_number() over (order by choice_number desc) as choices_back
    from earlier_choices

),

last_choice as (

    select
        choice_number,
        currency
    from numbered_choices
    where choices_back = 1

),

commonest_currency as (

    select currency
    from orders
    where currency is not null and ordered_on <= {{ as_of() }}
    group by currency
    order by count(*) desc, currency asc
    limit 1

),

wanted_currency as (

    select
        upper('{{ var("reporting_currency") }}') as currency,
        'var' as chosen_by
    where '{{ var("reporting_currency") }}' <> 'auto'
    union all
    select
        currency,
        'orders' as chosen_by
    from commonest_currency
    where '{{ var("reporting_currency") }}' = 'auto' and not exists (select 1 from last_choice)

)

select
    choice_number,
    currency,
    chosen_by,
    chosen_on
from earlier_choices
union all
select
    coalesce(last_choice.choice_number, 0) + 1 as choice_number,
    wanted_currency.currency,
    wanted_currency.chosen_by,
    {{ as_of() }} as chosen_on
from wanted_currency
left join last_choice on true
where last_choice.currency is distinct from wanted_currency.currency
