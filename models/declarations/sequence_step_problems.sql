with numbered_steps as (

    select
        *,
        coalesce(cast(step as {{ dbt.type_string() }}), '(empty)') as shown_step,
        -- A month counts as its fewest days, which is enough to compare steps.
        delay * case delay_unit when 'hours' then 1 when 'days' then 24 when 'months' then 672 end as delay_hours
    from {{ ref('sequence_steps') }}

),

steps as (

    select
        *,
        'sequence ' || sequence || ', step ' || shown_step as subject
    from numbered_steps

),

needed_fields as (

    select
        subject,
        offer,
        {{ list_items("string_to_array(fields, '|')") }} as field
    from steps
    where fields is not null

),

conditions as (

    select
        steps.*,
        coalesce(cast(steps.condition_step as {{ dbt.type_string() }}), '(empty)') as shown_condition_step,
        asked.step is not null as is_of_the_sequence,
        asked.delay_hours as asked_hours
    from steps
    left join steps as asked on steps.sequence = asked.sequence and steps.condition_step = asked.step
    where steps.condition is not null

)

select
    'sequence ' || sequence || ' has ' || count(*) || ' steps with the number ' || step
    || '; renumber them' as problem
from steps
group by sequence, step
having count(*) > 1
union all
select subject || ': there is no such sequence; declare it in sequences.csv' as problem
from steps
where sequence not in (select sequences.sequence from {{ ref('sequences') }} as sequences)
union all
select subject || ': the number of a step is a whole number from 1' as problem
from steps
where coalesce(step, 0) < 1
union all
select
    subject || ' has the delay ' || coalesce(cast(delay as {{ dbt.type_string() }}), '(empty)')
    || '; give a whole number from 0, for a message can''t go out before its trigger' as problem
from steps
where coalesce(delay, -1) < 0
union all
select subject || ' has the delay_unit ' || coalesce(delay_unit, '(empty)') || '; use hours, days or months' as problem
from steps
where coalesce(delay_unit, '') not in ('hours', 'days', 'months')
union all
select
    subject || ' is valid for ' || coalesce(cast(valid_days as {{ dbt.type_string() }}), '(empty)')
    || ' days; give a number from 1' as problem
from steps
where coalesce(valid_days, 0) < 1
union all
select subject || ' makes the unknown offer ' || offer || '; declare it in offers.csv' as problem
from steps
where
    offer not in (
        select offers.offer from {{ ref('offers') }} as offers
        where offers.offer is not null
    )
union all
select subject || ' needs an offer_code but makes no offer; name one of offers.csv' as problem
from needed_fields
where field = 'offer_code' and offer is null
union all
select
    subject || ' needs the unknown field ' || field
    || '; use one of message_fields.csv, but not last_name' as problem
from needed_fields
where field = 'last_name' or field not in (select fields.field from {{ ref('message_fields') }} as fields)
union all
select
    subject
    || ' has a condition_step but no condition; use sent, opened, clicked, not_opened or not_clicked' as problem
from steps
where condition is null and condition_step is not null
union all
select
    subject || ' has the unknown condition ' || condition
    || '; use sent, opened, clicked, not_opened or not_clicked, or none' as problem
from conditions
where condition not in ('sent', 'opened', 'clicked', 'not_opened', 'not_clicked')
union all
select
    subject || ' depends on step ' || shown_condition_step
    || ', which the sequence does not have; name one of its steps' as problem
from conditions
where not is_of_the_sequence
union all
-- Each condition leads to an earlier step, so no steps wait for each other.
select
    subject || ' depends on step ' || shown_condition_step || ', which is not due before it; let it depend on an'
    || ' earlier one' as problem
from conditions
where
    is_of_the_sequence
    and (asked_hours > delay_hours or (asked_hours = delay_hours and condition_step >= step))
