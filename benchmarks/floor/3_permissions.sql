-- Whether a contact may be approached: consent, refusals, suppressions, manual exclusions.
create temp table manual_changes as
select
    contact_map.contact_id,
    lower(clean_text(changes.segment)) as segment,
    lower(clean_text(changes.action)) as action,
    changes.changed_at
from raw_segment_members_manual as changes
inner join contact_map on clean_text(changes.contact_id) = contact_map.source_contact_id
where
    local_date(changes.changed_at) <= getvariable('as_of')
    and lower(clean_text(changes.action)) in ('add', 'remove')
    and lower(clean_text(changes.segment)) in (from rule_segments)
qualify row_number() over (
    partition by contact_map.contact_id, lower(clean_text(changes.segment))
    order by changes.changed_at desc, lower(clean_text(changes.action)) desc, clean_text(changes.contact_id) asc
) = 1;

create temp table refusals as
with written_suppressions as (
    select distinct
        address(email) as email,
        case when address(email) is null then split_part(lower(clean_text(email)), '@', -1) end as other_key,
        suppressed_at
    from raw_suppressions
),

said as (
    select
        event_type as kind,
        contact_id,
        bounce_type,
        occurred_at as refused_at,
        occurred_at as said_by
    from some_email_events
    where
        event_type in ('complained', 'unsubscribed')
        or (event_type = 'bounced' and bounce_type is distinct from 'soft')
    union all
    select
        'refused' as kind,
        contact_map.contact_id,
        null as bounce_type,
        contact_rows.consent_at as refused_at,
        greatest(contact_rows.consent_at, contact_rows.updated_at) as said_by
    from contact_rows
    inner join contact_map on contact_rows.contact_id = contact_map.source_contact_id
    where not contact_rows.email_consent
    union all
    -- A row of no contact belongs to every contact with its address.
    select
        'refused' as kind,
        address_owners.contact_id,
        null as bounce_type,
        contact_rows.consent_at as refused_at,
        greatest(contact_rows.consent_at, contact_rows.updated_at) as said_by
    from contact_rows
    anti join contact_map on contact_rows.contact_id = contact_map.source_contact_id
    inner join address_owners on contact_rows.email = address_owners.email
    where not contact_rows.email_consent
    union all
    select
        'suppressed' as kind,
        address_owners.contact_id,
        null as bounce_type,
        suppressions.suppressed_at as refused_at,
        suppressions.suppressed_at as said_by
    from written_suppressions as suppressions
    inner join address_owners on suppressions.email = address_owners.email
    union all
    select
        'suppressed' as kind,
        address_owners.contact_id,
        null as bounce_type,
        suppressions.suppressed_at as refused_at,
        suppressions.suppressed_at as said_by
    from written_suppressions as suppressions
    inner join address_owners on suppressions.other_key = split_part(address_owners.email, '@', 2)
)

select
    kind,
    contact_id,
    bounce_type,
    refused_at,
    said_by,
    local_date(refused_at) as refused_on
from said
where contact_id is not null and coalesce(local_date(refused_at) <= getvariable('as_of'), true);

create temp table consents as
with statements as (
    select
        contact_map.contact_id,
        true as email_consent,
        known_contacts.consent_at,
        known_contacts.consent_at as said_by
    from known_contacts
    inner join contact_map on known_contacts.contact_id = contact_map.source_contact_id
    where
        known_contacts.email_consent
        and coalesce(local_date(known_contacts.consent_at) <= getvariable('as_of'), true)
    union all
    select
        contact_id,
        false as email_consent,
        refused_at as consent_at,
        coalesce(said_by, getvariable('end_of_as_of')) as said_by
    from refusals
    where kind = 'refused'
)
select
    contact_id,
    email_consent,
    consent_at,
    local_date(consent_at) as consent_on
from statements
qualify row_number() over (
    partition by contact_id
    order by said_by desc nulls last, email_consent asc, consent_at desc nulls last
) = 1;

create temp table resolved_contacts as
with merged_contacts as (
    select
        contact_map.contact_id as merged_contact_id,
        contact_map.contact_number,
        known_contacts.contact_id,
        known_contacts.created_at,
        first_value(columns(known_contacts.* exclude (
            row_number, contact_id, created_at, email_consent, consent_at, updated_at
        )) ignore nulls) over (
            partition by contact_map.contact_id
            order by
                known_contacts.contact_id <> contact_map.contact_id,
                case when local_date(known_contacts.updated_at) > getvariable('as_of') then 1 else 0 end asc,
                coalesce(known_contacts.updated_at, known_contacts.created_at) desc,
                known_contacts.contact_id asc
            rows between unbounded preceding and unbounded following
        )
    from known_contacts
    inner join contact_map on known_contacts.contact_id = contact_map.source_contact_id
)
select
    merged_contacts.* exclude (merged_contact_id),
    local_date(merged_contacts.created_at) as created_on,
    consents.email_consent,
    consents.consent_at,
    consents.consent_on
from merged_contacts
left join consents on merged_contacts.contact_id = consents.contact_id
where merged_contacts.merged_contact_id = merged_contacts.contact_id;

create temp table birthdays as
with ages as (
    select
        contact_id,
        birth_date,
        getvariable('as_of') as today,
        cast(date_trunc('month', getvariable('as_of')) as date) as first_of_month,
        cast(date_trunc('week', getvariable('as_of')) as date) as monday,
        extract(year from getvariable('as_of')) as this_year
    from resolved_contacts
    where birth_date is not null
)
select
    contact_id,
    case
        when birth_date > first_of_month then 0
        else cast(
            extract(year from first_of_month) - extract(year from birth_date)
            - case
                when birthday_in_year(birth_date, extract(year from first_of_month)) > first_of_month then 1
                else 0
            end
            as integer
        )
    end as age,
    birthday_in_year(birth_date, this_year) = today as is_birthday_today,
    birthday_in_year(birth_date, this_year) between monday and monday + 6
    or birthday_in_year(birth_date, this_year - 1) between monday and monday + 6
    or birthday_in_year(birth_date, this_year + 1) between monday and monday + 6 as is_birthday_this_week,
    extract(month from birthday_in_year(birth_date, this_year)) = extract(month from today) as is_birthday_this_month
from ages;

create temp table phones as
with calling_codes as (
    select distinct
        country,
        calling_code
    from mobile_prefixes
),

digits as (
    select
        contacts.contact_id,
        calling_codes.calling_code,
        regexp_replace(replace(contacts.phone, '(0)', ''), '[^0-9+]', '', 'g') as phone
    from resolved_contacts as contacts
    left join country_names on lower(contacts.country) = country_names.written_as
    left join calling_codes on country_names.country = calling_codes.country
    where contacts.phone is not null
),

international_numbers as (
    select
        contact_id,
        case
            when phone like '+%' then replace(phone, '+', '')
            when phone like '00%' then substr(phone, 3)
            when phone like '0%' and calling_code is not null then calling_code || substr(phone, 2)
        end as international_number
    from digits
)
select distinct international_numbers.contact_id
from international_numbers
inner join mobile_prefixes
    on starts_with(
        international_numbers.international_number, mobile_prefixes.calling_code || mobile_prefixes.mobile_prefix
    );

create temp table contact_refusals as
with bounced_contacts as (
    select
        written_as,
        contact_id
    from event_contacts
    where contact_id in (select contact_id from refusals where kind = 'bounced')
),

-- Deliveries of these contacts are not among the events kept: they are read again, for few contacts.
events as (
    select
        bounced_contacts.contact_id,
        event_words.event_type,
        clean_text(email_events.campaign_id) as campaign_id,
        email_events.occurred_at,
        coalesce(email_events.is_machine_open, event_words.is_machine_open, false) as is_machine_open
    from raw_email_events as email_events
    inner join bounced_contacts on email_events.contact_id = bounced_contacts.written_as
    inner join event_words
        on regexp_replace(lower(email_events.event_type), '[^\p{L}\p{N}]', '', 'g') = event_words.word
    where email_events.occurred_at < getvariable('end_of_as_of') and email_events.event_id is not null
),

arrivals as (
    select
        contact_id,
        max(occurred_at) filter (where event_type in ('delivered', 'opened', 'clicked')) as arrived_at,
        max(email_began_at) filter (where event_type = 'clicked' or (event_type = 'opened' and not is_machine_open))
            as read_email_began_at
    from (
        select
            *,
            max(case when event_type in ('sent', 'delivered') then occurred_at end) over (
                partition by contact_id, campaign_id
                order by occurred_at
                range between unbounded preceding and current row
            ) as email_began_at
        from events
    )
    group by contact_id
),

dated_refusals as (
    select
        refusals.*,
        coalesce(refusals.refused_on, date '1900-01-01') as counted_on,
        coalesce(
            consents.email_consent
            and consents.consent_on > coalesce(refusals.refused_on, getvariable('as_of')),
            false
        ) as is_consent_later,
        coalesce(
            case
                when refusals.bounce_type = 'hard' then arrivals.read_email_began_at > refusals.refused_at
                else arrivals.arrived_at > refusals.refused_at
            end,
            false
        ) as is_email_read_later
    from refusals
    left join consents on refusals.contact_id = consents.contact_id
    left join arrivals on refusals.contact_id = arrivals.contact_id
)
select
    contact_id,
    kind as reason,
    max(counted_on) as since_on
from dated_refusals
where
    kind = 'complained'
    or (kind = 'unsubscribed' and (not is_consent_later or refused_at is null))
    or (kind = 'bounced' and not is_email_read_later)
group by contact_id, kind
union all
select
    contact_id,
    kind as reason,
    min(counted_on) as since_on
from dated_refusals
where kind = 'suppressed'
group by contact_id, kind
union all
select
    contact_id,
    'refused' as reason,
    coalesce(consent_on, date '1900-01-01') as since_on
from resolved_contacts
where not email_consent;

create table contact_permissions as
with obstacles as (
    select
        contact_id,
        reason,
        since_on
    from contact_refusals
    union all
    select
        contact_id,
        case segment when 'do_not_contact' then 'do_not_contact' else 'no_promotion' end as reason,
        local_date(changed_at) as since_on
    from manual_changes
    where
        (segment = 'do_not_contact' and action = 'add')
        or (segment = 'promotion_audience' and action = 'remove')
    union all
    select
        contacts.contact_id,
        'relationship' as reason,
        case when manual_changes.action = 'add' then local_date(manual_changes.changed_at) end as since_on
    from resolved_contacts as contacts
    cross join relationships
    left join manual_changes
        on contacts.contact_id = manual_changes.contact_id and relationships.segment = manual_changes.segment
    where
        not relationships.is_promoted_to
        and (
            manual_changes.action = 'add'
            or (
                coalesce(contacts.relationship, 'contact') = relationships.relationship
                and manual_changes.contact_id is null
            )
        )
    union all
    select
        contact_id,
        'wishes_no_email' as reason,
        null as since_on
    from resolved_contacts
    where max_emails_per_month <= 0
    union all
    select
        contact_id,
        'under_age' as reason,
        null as since_on
    from birthdays
    where age < 16
),

channel_obstacles as (
    select
        channels.channel,
        obstacles.contact_id,
        obstacles.reason,
        max(obstacles.since_on) as since_on
    from obstacles
    cross join channels
    where not contains('|' || coalesce(channels.unaffected_by, '') || '|', '|' || obstacles.reason || '|')
    group by all
    union all
    select
        channels.channel,
        contacts.contact_id,
        reason,
        contacts.created_on as since_on
    from resolved_contacts as contacts
    cross join channels
    cross join (values ('no_address'), ('no_consent')) as reasons(reason)
    where case
        when reason = 'no_address'
            then case channels.address
                when 'email' then contacts.email is null
                when 'phone' then contacts.phone is null
                when 'postal_code' then contacts.postal_code is null
            end
        else channels.consent = 'email_consent' and contacts.email_consent is distinct from true
    end
),

first_obstacles as (
    select
        channel_obstacles.contact_id,
        channel_obstacles.channel,
        arg_min(channel_obstacles.reason, reasons.priority) as reason,
        arg_min_null(channel_obstacles.since_on, reasons.priority) as since_on
    from channel_obstacles
    inner join permission_reasons as reasons on channel_obstacles.reason = reasons.reason
    group by all
)
select
    contacts.contact_id,
    channels.channel,
    first_obstacles.contact_id is null as is_allowed,
    first_obstacles.reason,
    case
        when first_obstacles.contact_id is not null then coalesce(first_obstacles.since_on, contacts.created_on)
    end as since_on,
    getvariable('as_of') as as_of
from resolved_contacts as contacts
cross join channels
left join first_obstacles
    on contacts.contact_id = first_obstacles.contact_id and channels.channel = first_obstacles.channel;
