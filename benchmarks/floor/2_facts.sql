-- Facts: orders and their items, web events, cases, traits, campaigns; emails in two passes of their events.
create temp table event_words as
select
    regexp_replace(lower(sender_word), '[^\p{L}\p{N}]', '', 'g') as word,
    event_type,
    list_position(
        ['sent', 'delivered', 'bounced', 'opened', 'clicked', 'unsubscribed', 'complained'], event_type
    ) as kind,
    bounce_type,
    is_machine_open
from email_event_types
where event_type is not null;

create temp table dim_campaigns as
select
    campaign_id,
    name,
    topic,
    offer,
    sequence,
    sequence_step,
    case when local_date(sent_at) <= getvariable('as_of') then sent_at end as sent_at,
    case when local_date(sent_at) <= getvariable('as_of') then local_date(sent_at) end as sent_on
from (
    select
        clean_text(campaign_id) as campaign_id,
        clean_text(name) as name,
        lower(clean_text(topic)) as topic,
        clean_text(offer) as offer,
        lower(clean_text(sequence)) as sequence,
        sequence_step,
        sent_at,
        row_number() over () as row_number
    from raw_campaigns
)
where campaign_id is not null
    and (local_date(sent_at) <= getvariable('as_of') or sent_at is null or sequence_step is not null)
qualify row_number() over (partition by campaign_id order by row_number desc) = 1;

create temp table rates as
with reporting as (
    select upper(currency) as currency
    from raw_orders
    where currency is not null and local_date(ordered_at) <= getvariable('as_of')
    group by all
    order by count(*) desc, 1
    limit 1
)
select
    rates.currency,
    case
        when rates.currency = reporting.currency then 1
        else rates.rate_to_eur / own.rate_to_eur
    end as rate,
    reporting.currency as reporting_currency
from exchange_rates as rates, reporting
inner join exchange_rates as own on reporting.currency = own.currency;

create temp table fct_orders as
with orders as (
    select
        clean_text(order_id) as order_id,
        clean_text(contact_id) as contact_id,
        ordered_at,
        total_amount,
        case when discount_amount >= 0 then discount_amount end as discount_amount,
        coalesce(lower(clean_text(status)), 'completed') as status,
        coalesce(upper(clean_text(currency)), (select any_value(reporting_currency) from rates)) as currency,
        row_number() over () as row_number
    from raw_orders
)
select
    orders.order_id,
    contact_map.contact_id,
    contact_map.contact_number,
    orders.ordered_at,
    local_date(orders.ordered_at) as ordered_on,
    orders.status,
    orders.status = 'completed' as is_completed,
    cast(orders.total_amount * rates.rate as decimal(18, 2)) as total_amount,
    cast(orders.discount_amount * rates.rate as decimal(18, 2)) as discount_amount,
    orders.currency,
    rates.rate as exchange_rate,
    orders.row_number
from orders
inner join contact_map on orders.contact_id = contact_map.source_contact_id
inner join rates on orders.currency = rates.currency
where
    orders.order_id is not null
    and orders.total_amount >= 0
    and orders.status in ('completed', 'pending', 'cancelled', 'refunded')
    and orders.ordered_at < getvariable('end_of_as_of');

delete from fct_orders
where rowid in (
    select rowid
    from fct_orders
    where order_id in (select order_id from fct_orders group by order_id having count(*) > 1)
    qualify row_number() over (partition by order_id order by row_number desc) > 1
);

create temp table fct_order_items as
with order_items as (
    select
        clean_text(order_id) as order_id,
        row_number() over () as row_number,
        coalesce(line_number, -row_number() over ()) as line_number,
        clean_text(product_id) as product_id,
        clean_text(product_name) as product_name,
        clean_text(category) as category,
        case when quantity >= 0 and quantity < 10000000 then cast(quantity as decimal(18, 3)) end as quantity,
        case when unit_price >= 0 and unit_price < 100000000 then cast(unit_price as decimal(18, 8)) end as unit_price
    from raw_order_items
)
select
    order_items.order_id,
    order_items.line_number,
    orders.contact_id,
    orders.contact_number,
    orders.ordered_on,
    orders.is_completed,
    order_items.product_id,
    order_items.product_name,
    order_items.category,
    order_items.quantity,
    cast(order_items.quantity * order_items.unit_price * orders.exchange_rate as decimal(18, 2)) as item_amount,
    order_items.row_number
from order_items
inner join fct_orders as orders on order_items.order_id = orders.order_id
;

delete from fct_order_items
where rowid in (
    select rowid
    from fct_order_items
    where order_id in (
        select order_id from fct_order_items group by order_id having count(*) > count(distinct line_number)
    )
    qualify row_number() over (partition by order_id, line_number order by row_number desc) > 1
);

create temp table fct_web_events as
with web_events as (
    select
        row_number() over () as row_number,
        coalesce(clean_text(event_id), 'row ' || row_number() over ()) as event_id,
        clean_text(contact_id) as contact_id,
        lower(clean_text(event_type)) as event_type,
        occurred_at,
        lower(clean_text(page_type)) as page_type,
        clean_text(page_url) as page_url,
        clean_text(session_id) as session_id,
        case when seconds_on_page >= 0 then seconds_on_page end as seconds_on_page
    from raw_web_events
)
select
    web_events.* exclude (contact_id),
    contact_map.contact_id,
    local_date(web_events.occurred_at) as occurred_on
from web_events
inner join contact_map on web_events.contact_id = contact_map.source_contact_id
where
    web_events.event_type in ('page_view', 'download', 'form_submit', 'demo_request')
    and web_events.occurred_at < getvariable('end_of_as_of');

delete from fct_web_events
where rowid in (
    select rowid
    from fct_web_events
    where event_id in (select event_id from fct_web_events group by event_id having count(*) > 1)
    qualify row_number() over (partition by event_id order by row_number desc) > 1
);

create temp table fct_support_cases as
with support_cases as (
    select
        row_number() over () as row_number,
        coalesce(clean_text(case_id), 'row ' || row_number() over ()) as case_id,
        clean_text(contact_id) as contact_id,
        local_date(opened_at) as opened_on,
        local_date(closed_at) as closed_on,
        clean_text(topic) as topic
    from raw_support_cases
)
select
    support_cases.case_id,
    contact_map.contact_id,
    support_cases.opened_on,
    case when support_cases.closed_on <= getvariable('as_of') then support_cases.closed_on end as closed_on,
    support_cases.topic
from support_cases
inner join contact_map on support_cases.contact_id = contact_map.source_contact_id
where support_cases.opened_on <= getvariable('as_of')
qualify row_number() over (partition by support_cases.case_id order by support_cases.row_number desc) = 1;

create temp table fct_contact_traits as
with traits as (
    select distinct
        contact_map.contact_id,
        lower(clean_text(traits.trait)) as trait,
        clean_text(traits.value) as value,
        local_date(traits.observed_at) as observed_on
    from raw_contact_traits as traits
    inner join contact_map on clean_text(traits.contact_id) = contact_map.source_contact_id
    where local_date(traits.observed_at) <= getvariable('as_of') or traits.observed_at is null
)
select
    *,
    row_number() over (
        partition by contact_id, trait order by observed_on desc nulls last, lower(value) asc, value asc
    ) = 1 as is_latest
from traits
where trait is not null and value is not null;

-- Ids are cleaned once a spelling, and are numbers from then on.
create temp table event_contacts as
select
    spellings.contact_id as written_as,
    contact_map.contact_id,
    contact_map.contact_number
from (select distinct contact_id from raw_email_events) as spellings
inner join contact_map on clean_text(spellings.contact_id) = contact_map.source_contact_id;

create macro is_on_or_after(moment, began_at) as case
    when moment is null then false
    when moment >= began_at then true
    else local_date(moment) = local_date(began_at)
end;

-- First pass: contact and campaign, which are one email unless there is more than one sending. What
-- was opened, clicked or refused on a day before the email began is not of it.
create temp table pairs as
with email_events as (
    select
        event_contacts.contact_number,
        clean_text(email_events.campaign_id) as campaign_id,
        event_words.kind,
        email_events.occurred_at,
        coalesce(email_events.is_machine_open, event_words.is_machine_open, false) as is_machine_open
    from raw_email_events as email_events
    inner join event_contacts on email_events.contact_id = event_contacts.written_as
    inner join event_words
        on regexp_replace(lower(email_events.event_type), '[^\p{L}\p{N}]', '', 'g') = event_words.word
    where email_events.occurred_at < getvariable('end_of_as_of') and email_events.event_id is not null
)
select
    contact_number,
    campaign_id,
    count(*) filter (where kind = 1) as sent_count,
    count(*) filter (where kind in (2, 3)) as outcome_count,
    min(occurred_at) filter (where kind = 1) as sent_at,
    min(occurred_at) filter (where kind = 2) as first_delivered_at,
    max(occurred_at) filter (where kind = 2) as last_delivered_at,
    min(occurred_at) filter (where kind <= 3) as began_at,
    max(occurred_at) filter (where kind = 3) as bounced_at,
    max(occurred_at) filter (where kind = 4 and not is_machine_open) as opened_at,
    max(occurred_at) filter (where kind = 4 and is_machine_open) as machine_opened_at,
    max(occurred_at) filter (where kind = 5) as clicked_at,
    max(occurred_at) filter (where kind = 6) as unsubscribed_at,
    max(occurred_at) filter (where kind = 7) as complained_at
from email_events
group by contact_number, campaign_id;

create macro is_one_email(sent_count, outcome_count, sent_at, began_at, first_delivered_at, last_delivered_at) as case
    when sent_count > 1 or (sent_count = 0 and outcome_count > 1) then false
    when sent_count = 1 and began_at <> sent_at and local_date(began_at) <> local_date(sent_at) then false
    when sent_count = 1 and first_delivered_at <> last_delivered_at
        then local_date(first_delivered_at) = local_date(last_delivered_at)
    else true
end;

create temp table several_emails as
select
    contact_number,
    campaign_id
from pairs
where not is_one_email(sent_count, outcome_count, sent_at, began_at, first_delivered_at, last_delivered_at);

-- Second pass: reactions and refusals, and all events where a contact got a campaign more than once.
create temp table some_email_events as
select
    clean_text(email_events.event_id) as event_id,
    email_events.contact_id as written_as,
    event_contacts.contact_id,
    event_contacts.contact_number,
    event_words.event_type,
    event_words.bounce_type,
    email_events.occurred_at,
    local_date(email_events.occurred_at) as occurred_on,
    clean_text(email_events.campaign_id) as campaign_id,
    clean_text(email_events.link_url) as link_url,
    coalesce(email_events.is_machine_open, event_words.is_machine_open, false) as is_machine_open,
    several_emails.contact_number is not null as is_of_several,
    email_events.filename,
    email_events.file_row_number
from raw_email_events as email_events
inner join event_contacts on email_events.contact_id = event_contacts.written_as
inner join event_words
    on regexp_replace(lower(email_events.event_type), '[^\p{L}\p{N}]', '', 'g') = event_words.word
left join several_emails
    on
        event_contacts.contact_number = several_emails.contact_number
        and clean_text(email_events.campaign_id) is not distinct from several_emails.campaign_id
where
    email_events.occurred_at < getvariable('end_of_as_of')
    and email_events.event_id is not null
    and (event_words.kind > 2 or several_emails.contact_number is not null);

create temp table repeated_ids as
select event_id from some_email_events group by event_id having count(*) > 1;

delete from some_email_events
where rowid in (
    select rowid
    from some_email_events
    where event_id in (from repeated_ids)
    qualify row_number() over (
        partition by event_id, trim(written_as), event_type order by filename desc, file_row_number desc
    ) > 1
);

create temp table numbered_events as
select
    * exclude (begun_count),
    case when occurred_on >= first_email_on then greatest(begun_count, 1) end as email_number
from (
    select
        contact_number,
        campaign_id,
        event_id,
        event_type,
        occurred_at,
        occurred_on,
        is_machine_open,
        sum(begins_email) over (
            partition by contact_number, campaign_id
            order by occurred_at asc, begins_email desc, event_id asc, event_type asc
            rows between unbounded preceding and current row
        ) as begun_count,
        min(case when event_type in ('sent', 'delivered', 'bounced') then occurred_on end) over (
            partition by contact_number, campaign_id
        ) as first_email_on
    from (
        select
            *,
            case
                when event_type = 'sent' then 1
                when
                    event_type in ('delivered', 'bounced')
                    and (first_sent_on is null or occurred_on < first_sent_on)
                    then 1
                when
                    event_type = 'delivered' and previous_event_type = 'delivered'
                    and occurred_on > previous_occurred_on
                    then 1
                else 0
            end as begins_email
        from (
            select
                *,
                min(case when event_type = 'sent' then occurred_on end) over (
                    partition by contact_number, campaign_id
                ) as first_sent_on,
                lag(event_type) over sent_and_delivered as previous_event_type,
                lag(occurred_on) over sent_and_delivered as previous_occurred_on
            from some_email_events
            where is_of_several
            window sent_and_delivered as (
                partition by contact_number, campaign_id, event_type in ('sent', 'delivered')
                order by occurred_at asc, event_type desc, event_id asc
            )
        )
    )
);

create temp table fct_emails as
with emails as (
    select
        contact_number,
        campaign_id,
        cast(email_number as integer) as email_number,
        min(case when event_type = 'sent' then occurred_at end) as sent_at,
        min(case when event_type in ('delivered', 'bounced') then occurred_at end) as first_outcome_at,
        bool_or(event_type = 'bounced') as is_bounced,
        bool_or(event_type = 'opened' and not is_machine_open) as is_opened,
        bool_or(event_type = 'opened' and is_machine_open) as is_machine_opened,
        bool_or(event_type = 'clicked') as is_clicked,
        bool_or(event_type = 'unsubscribed') as is_unsubscribed,
        bool_or(event_type = 'complained') as is_complained
    from numbered_events
    where email_number is not null
    group by all
    union all
    select
        contact_number,
        campaign_id,
        1 as email_number,
        sent_at,
        began_at as first_outcome_at,
        bounced_at is not null as is_bounced,
        is_on_or_after(opened_at, began_at) as is_opened,
        is_on_or_after(machine_opened_at, began_at) as is_machine_opened,
        is_on_or_after(clicked_at, began_at) as is_clicked,
        is_on_or_after(unsubscribed_at, began_at) as is_unsubscribed,
        is_on_or_after(complained_at, began_at) as is_complained
    from pairs
    where
        began_at is not null
        and is_one_email(sent_count, outcome_count, sent_at, began_at, first_delivered_at, last_delivered_at)
)

select
    contact_number,
    campaign_id,
    email_number,
    coalesce(sent_at, first_outcome_at) as sent_at,
    local_date(coalesce(sent_at, first_outcome_at)) as sent_on,
    is_bounced,
    not is_bounced and is_opened as is_opened,
    not is_bounced and not is_opened and is_machine_opened as is_opened_by_machine_only,
    not is_bounced and is_clicked as is_clicked,
    is_unsubscribed,
    is_complained
from emails;

drop table pairs;

create temp table clicks as
select
    events.contact_number,
    events.contact_id,
    events.campaign_id,
    events.event_id,
    events.occurred_at,
    case when events.occurred_on >= emails.sent_on then 1 end as email_number
from some_email_events as events
left join fct_emails as emails
    on
        events.contact_number = emails.contact_number
        and events.campaign_id is not distinct from emails.campaign_id
where events.event_type = 'clicked' and not events.is_of_several
union all
select
    events.contact_number,
    contact_map.contact_id,
    events.campaign_id,
    events.event_id,
    events.occurred_at,
    events.email_number
from numbered_events as events
inner join contact_map
    on events.contact_number = contact_map.contact_number and contact_map.contact_id = contact_map.source_contact_id
where events.event_type = 'clicked';
