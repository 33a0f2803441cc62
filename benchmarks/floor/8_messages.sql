-- The messages of sequences: a trigger enrolls a contact, each step of the sequence is a message.
create macro start_of_day(day) as timezone('UTC', timezone('Europe/Zurich', cast(day as timestamp)));

-- Nobody entered a segment on the first day that is built: that trigger has no rows yet.
create temp table enrollments as
with triggers as (
    select
        contact_number,
        sequences.sequence,
        coalesce(case when email_consent then consent_at end, created_at) as triggered_at,
        null as source_id
    from resolved_contacts
    cross join sequences
    where sequences.trigger = 'signed_up'
    union all
    select
        orders.contact_number,
        sequences.sequence,
        orders.ordered_at as triggered_at,
        min(orders.order_id) as source_id
    from fct_orders as orders
    cross join sequences
    where orders.is_completed and sequences.trigger = 'ordered'
    group by all
    union all
    select
        contact_map.contact_number,
        sequences.sequence,
        web_events.occurred_at as triggered_at,
        min(web_events.event_id) as source_id
    from fct_web_events as web_events
    inner join contact_map on web_events.contact_id = contact_map.source_contact_id
    cross join sequences
    where web_events.event_type = 'download' and sequences.trigger = 'downloaded'
    group by all
    union all
    select
        contact_number,
        sequence,
        start_of_day(birthday) as triggered_at,
        null as source_id
    from (
        select
            contacts.contact_number,
            contacts.created_on,
            sequences.sequence,
            birthday_in_year(contacts.birth_date, years.in_year) as birthday
        from resolved_contacts as contacts
        cross join sequences
        inner join (
            select unnest(range(2000, 1 + extract(year from getvariable('as_of')) + 1)) as in_year
        ) as years on years.in_year >= extract(year from sequences.starts_on) - 1
        where contacts.birth_date is not null and sequences.trigger = 'birthday'
    )
    where birthday >= created_on and birthday <= getvariable('as_of') + 30
),

begun as (
    select
        triggers.*,
        lag(triggers.triggered_at) over (
            partition by triggers.contact_number, triggers.sequence order by triggers.triggered_at asc
        ) as previous_triggered_at,
        sequences.cooldown_days,
        start_of_day(sequences.starts_on) as sequence_starts_at
    from triggers
    inner join sequences on triggers.sequence = sequences.sequence
),

goals as (
    select contact_number, 'ordered' as goal, ordered_at as reached_at from fct_orders where is_completed
    union all
    select
        contact_map.contact_number,
        case web_events.event_type when 'download' then 'downloaded' else 'demo_requested' end as goal,
        web_events.occurred_at as reached_at
    from fct_web_events as web_events
    inner join contact_map on web_events.contact_id = contact_map.source_contact_id
    where web_events.event_type in ('download', 'demo_request')
),

marks as (
    select
        contact_number,
        sequence,
        triggered_at as occurred_at,
        'trigger' as mark,
        2 as mark_rank,
        source_id
    from begun
    where
        triggered_at >= sequence_starts_at
        and (
            previous_triggered_at is null
            or triggered_at >= previous_triggered_at + to_days(cast(cooldown_days as integer))
        )
    union all
    select
        goals.contact_number,
        sequences.sequence,
        goals.reached_at as occurred_at,
        'goal_reached' as mark,
        1 as mark_rank,
        null as source_id
    from goals
    inner join sequences on goals.goal = sequences.goal
    union all
    select
        events.contact_number,
        sequences.sequence,
        events.occurred_at,
        'unsubscribed' as mark,
        1 as mark_rank,
        null as source_id
    from some_email_events as events
    cross join sequences
    where events.event_type = 'unsubscribed'
),

marks_with_next_endings as (
    select
        *,
        min(case when mark = 'goal_reached' then occurred_at end) over later_marks as goal_reached_at,
        min(case when mark = 'unsubscribed' then occurred_at end) over later_marks as unsubscribed_at
    from marks
    window later_marks as (
        partition by contact_number, sequence
        order by occurred_at asc, mark_rank asc, mark asc
        rows between 1 following and unbounded following
    )
)
select
    contact_number,
    sequence,
    occurred_at as triggered_at,
    cast(row_number() over (partition by contact_number, sequence order by occurred_at asc) as integer)
        as enrollment_number,
    source_id,
    goal_reached_at,
    unsubscribed_at
from marks_with_next_endings
where mark = 'trigger';

create temp table planned_messages as
with due as (
    select
        enrollments.*,
        steps.step,
        steps.offer,
        steps.valid_days,
        steps.condition,
        steps.condition_step,
        case steps.delay_unit
            when 'hours' then triggered_at + to_hours(steps.delay)
            when 'days' then triggered_at + to_days(cast(steps.delay as integer))
            when 'months' then start_of_day(months_after(local_date(triggered_at), steps.delay))
        end as due_at
    from enrollments
    inner join sequence_steps as steps on enrollments.sequence = steps.sequence
),

due_days as (
    select
        *,
        local_date(due_at) as due_on
    from due
),

neighbours as (
    select
        * exclude (valid_days),
        cast(due_on + to_days(cast(valid_days as integer)) as date) as expires_on,
        lead(due_on) over same_step as next_due_on,
        lag(cast(due_on + to_days(cast(valid_days as integer)) as date)) over same_step as previous_expires_on
    from due_days
    where due_on <= getvariable('as_of') + 30
    window same_step as (partition by contact_number, sequence, step order by triggered_at asc)
),

periods as (
    select
        *,
        case
            when previous_expires_on is null then triggered_at
            else greatest(triggered_at, start_of_day(least(due_on, previous_expires_on)))
        end as emails_count_from
    from neighbours
)
select
    *,
    lead(emails_count_from) over (partition by contact_number, sequence, step order by triggered_at asc)
        as emails_count_until
from periods;

create temp table sent_messages as
select
    messages.contact_number,
    messages.sequence,
    messages.step,
    messages.triggered_at,
    min(emails.sent_at) as sent_at,
    min(emails.campaign_id) as campaign_id,
    bool_or(emails.is_opened or emails.is_clicked) as is_opened,
    bool_or(emails.is_clicked) as is_clicked
from planned_messages as messages
inner join (
    select
        emails.*,
        campaigns.sequence,
        campaigns.sequence_step as step
    from fct_emails as emails
    inner join dim_campaigns as campaigns on emails.campaign_id = campaigns.campaign_id
    where campaigns.sequence is not null and campaigns.sequence_step is not null
) as emails
    on
        messages.contact_number = emails.contact_number
        and messages.sequence = emails.sequence
        and messages.step = emails.step
        and messages.emails_count_from <= emails.sent_at
        and (messages.emails_count_until > emails.sent_at or messages.emails_count_until is null)
group by all;

create temp table screened_messages as
with step_campaigns as (
    select
        sequence,
        sequence_step as step,
        campaign_id
    from dim_campaigns
    where sequence is not null and sequence_step is not null
    qualify row_number() over (
        partition by sequence, sequence_step order by sent_at desc nulls last, campaign_id asc
    ) = 1
),

messages as (
    select
        planned.* exclude (condition, condition_step),
        sent.sent_at,
        coalesce(sent.campaign_id, step_campaigns.campaign_id) as campaign_id,
        case planned.condition
            when 'sent' then conditions.sent_at is not null
            when 'opened' then coalesce(conditions.is_opened, false)
            when 'clicked' then coalesce(conditions.is_clicked, false)
            when 'not_opened' then coalesce(not conditions.is_opened, false)
            when 'not_clicked' then coalesce(not conditions.is_clicked, false)
            else true
        end as is_condition_met
    from planned_messages as planned
    left join step_campaigns on planned.sequence = step_campaigns.sequence and planned.step = step_campaigns.step
    left join sent_messages as sent
        on
            planned.contact_number = sent.contact_number
            and planned.sequence = sent.sequence
            and planned.step = sent.step
            and planned.triggered_at = sent.triggered_at
    left join sent_messages as conditions
        on
            planned.contact_number = conditions.contact_number
            and planned.sequence = conditions.sequence
            and planned.condition_step = conditions.step
            and planned.triggered_at = conditions.triggered_at
)
select
    messages.*,
    contacts.contact_id,
    sequences.priority,
    contacts.max_emails_per_month,
    case
        when messages.sent_at is not null then null
        when local_date(messages.goal_reached_at) < messages.expires_on then 'goal_reached'
        when local_date(messages.unsubscribed_at) < messages.expires_on then 'unsubscribed'
        when
            not contacts.can_receive_email
            and (contacts.suppressed_on < messages.expires_on or messages.expires_on > getvariable('as_of'))
            then contacts.suppression_reason
        when messages.next_due_on < messages.expires_on and messages.next_due_on <= getvariable('as_of')
            then 'superseded'
        when messages.expires_on <= getvariable('as_of') then 'missed'
        when messages.due_on <= getvariable('as_of') and not messages.is_condition_met then 'condition_not_met'
    end as skip_reason
from messages
inner join sequences on messages.sequence = sequences.sequence
inner join dim_contacts as contacts on messages.contact_number = contacts.contact_number;

create table sequence_messages as
with recent_emails as (
    select
        contact_number,
        count(*) filter (where sent_on > getvariable('as_of') - 7) as email_count_7d,
        count(*) as email_count_30d
    from fct_emails
    where sent_on > getvariable('as_of') - 30
    group by contact_number
),

candidates as (
    select
        messages.contact_number,
        messages.sequence,
        messages.step,
        messages.triggered_at,
        messages.max_emails_per_month,
        coalesce(recent_emails.email_count_7d, 0) + row_number() over by_priority as email_count_7d,
        coalesce(recent_emails.email_count_30d, 0) + row_number() over by_priority as email_count_30d
    from screened_messages as messages
    left join recent_emails on messages.contact_number = recent_emails.contact_number
    where messages.sent_at is null and messages.skip_reason is null and messages.due_on <= getvariable('as_of')
    window by_priority as (
        partition by messages.contact_number
        order by
            messages.priority desc, messages.due_at asc, messages.sequence asc, messages.step asc,
            messages.triggered_at asc
    )
),

capped as (
    select
        *,
        case
            when email_count_30d > max_emails_per_month then 'own_limit'
            when email_count_7d > 3 then 'limit_7d'
            when email_count_30d > 8 then 'limit_30d'
        end as cap_reason
    from candidates
),

messages as (
    select
        screened.*,
        coalesce(screened.skip_reason, capped.cap_reason) as reason
    from screened_messages as screened
    left join capped using (contact_number, sequence, step, triggered_at)
    where screened.sequence not in (select sequence from sequences where trigger = 'birthday')
)
select
    contact_id,
    sequence,
    step,
    enrollment_number,
    triggered_at,
    due_at,
    due_on,
    expires_on,
    case
        when sent_at is not null then 'sent'
        when reason is not null then 'skipped'
        when due_on > getvariable('as_of') then 'upcoming'
        else 'due'
    end as status,
    reason,
    offer,
    priority,
    campaign_id,
    sent_at,
    source_id,
    getvariable('as_of') as as_of
from messages;
