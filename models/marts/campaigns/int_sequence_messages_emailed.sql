{{ config(materialized='view') }}

with messages as (

    select * from {{ ref('int_sequence_messages_planned') }}

),

step_campaigns as (

    select
        campaign_id,
        sequence,
        sequence_step as step,
        row_number() over (
            partition by sequence, sequence_step order by sent_at desc nulls last, campaign_id asc
        ) as campaign_number
    from {{ ref('dim_campaigns') }}
    where sequence is not null and sequence_step is not null

),

step_emails as (

    select
        emails.*,
        step_campaigns.sequence,
        step_campaigns.step
    from {{ ref('fct_emails') }} as emails
    inner join step_campaigns on emails.campaign_id = step_campaigns.campaign_id

),

-- The results of an email are that email's, also when the next enrollment's emails have begun to count.
sent_messages as (

    select
        messages.contact_id,
        messages.sequence,
        messages.step,
        messages.triggered_at,
        min(step_emails.sent_at) as sent_at,
        min(step_emails.campaign_id) as campaign_id,
        max(case when step_emails.is_opened or step_emails.is_clicked then 1 else 0 end) as opened,
        max(case when step_emails.is_clicked then 1 else 0 end) as clicked
    from messages
    inner join step_emails
        on
            messages.contact_id = step_emails.contact_id
            and messages.sequence = step_emails.sequence
            and messages.step = step_emails.step
            and messages.emails_count_from <= step_emails.sent_at
            and (messages.emails_count_until > step_emails.sent_at or messages.emails_count_until is null)
    group by messages.contact_id, messages.sequence, messages.step, messages.triggered_at

)

select
    messages.contact_id,
    messages.sequence,
    messages.step,
    messages.enrollment_number,
    messages.triggered_at,
    messages.source_id,
    messages.goal_reached_at,
    messages.unsubscribed_at,
    messages.offer,
    messages.due_at,
    messages.due_on,
    messages.expires_on,
    messages.next_due_on,
    sent_messages.sent_at,
    coalesce(sent_messages.campaign_id, step_campaigns.campaign_id) as campaign_id,
    case messages.condition
        when 'sent' then conditions.sent_at is not null
        when 'opened' then conditions.sent_at is not null and conditions.opened = 1
        when 'clicked' then conditions.sent_at is not null and conditions.clicked = 1
        when 'not_opened' then conditions.sent_at is not null and conditions.opened = 0
        when 'not_clicked' then conditions.sent_at is not null and conditions.clicked = 0
        else true
    end as is_condition_met
from messages
left join step_campaigns
    on
        messages.sequence = step_campaigns.sequence
        and messages.step = step_campaigns.step
        and step_campaigns.campaign_number = 1
left join sent_messages
    on
        messages.contact_id = sent_messages.contact_id
        and messages.sequence = sent_messages.sequence
        and messages.step = sent_messages.step
        and messages.triggered_at = sent_messages.triggered_at
left join sent_messages as conditions
    on
        messages.contact_id = conditions.contact_id
        and messages.sequence = conditions.sequence
        and messages.condition_step = conditions.step
        and messages.triggered_at = conditions.triggered_at
