{{ config(pre_hook="{{ delete_erased_rows() }}") }}
with files_to_read as (

    {{ files_to_read('email_events') }}

),

input_email_events as (

    {{ rows_to_read('email_events') }}

),

event_types as (

    select
        *,
        {{ word_key('sender_word') }} as word
    from {{ ref('email_event_types') }}

),

utc_days as (

    select * from {{ ref('utc_days') }}

),

-- A sender has few words for kinds of events, and looking each up once is cheap.
event_words as (

    select distinct
        event_type as written_as,
        {{ word_key('event_type') }} as word
    from {{ ref('input_email_events') }}
    where event_type is not null and source_file in (select files_to_read.source_file from files_to_read)

),

explained_words as (

    select
        event_words.written_as,
        event_types.event_type,
        event_types.bounce_type,
        event_types.is_machine_open,
        event_types.word is not null as is_explained
    from event_words
    left join event_types on event_words.word = event_types.word

),

email_events as (

    select
        input_email_events.*,
        explained_words.event_type as explained_type,
        explained_words.is_explained,
        coalesce(
            case lower(input_email_events.bounce_type)
                when 'hard' then 'hard'
                when 'permanent' then 'hard'
                when 'soft' then 'soft'
                when 'temporary' then 'soft'
                when 'transient' then 'soft'
            end,
            explained_words.bounce_type
        ) as explained_bounce_type,
        coalesce(input_email_events.is_machine_open, explained_words.is_machine_open) as explained_machine_open,
        {{ local_date_by('utc_days', 'input_email_events.occurred_at') }} as occurred_on
    from input_email_events
    left join explained_words on input_email_events.event_type = explained_words.written_as
    left join utc_days on cast(input_email_events.occurred_at as date) = utc_days.utc_day

)

select
    source_file,
    source_row_number,
    file_version,
    event_id,
    contact_id,
    explained_type as event_type,
    explained_bounce_type as bounce_type,
    occurred_at,
    occurred_on,
    campaign_id,
    link_url,
    explained_machine_open as is_machine_open,
    (explained_bounce_type is null and bounce_type is not null)
    or (explained_machine_open is null and {{ unread_value('is_machine_open') }} is not null) as has_unread_value,
    event_type is not null and not is_explained as is_unknown_type,
    case
        when event_id is null then 'event_id is empty'
        when contact_id is null then 'contact_id is empty'
    end as key_problem,
    case
        when event_type is null then 'event_type is empty'
        when not is_explained then 'event_type is not in seeds/reference/email_event_types.csv'
        when explained_type is null then 'event_type is left out by seeds/reference/email_event_types.csv'
        when occurred_at is null then {{ empty_or_unread('occurred_at', 'a date') }}
    end as value_problem
from email_events
