{% set families = var('persona_families') | join("', '") %}
with traits as (

    select * from {{ ref('persona_traits') }}

),

groups as (

    select
        *,
        row_number() over (order by {{ dbt.hash('segment') }}, segment) - 1 as group_number
    from {{ ref('segments') }}
    where family in ('{{ families }}')

),

members as (

    select * from {{ ref('segment_members') }}

),

contacts as (

    select * from {{ ref('dim_contacts') }}

),

permissions as (

    select
        contact_id,
        max(case when channel = 'email' and is_allowed then 1 else 0 end) as is_email_allowed,
        max(case when channel = 'phone' and is_allowed then 1 else 0 end) as is_phone_allowed
    from {{ ref('contact_permissions') }}
    group by contact_id

),

first_names as (

    select * from {{ ref('persona_names') }}

),

advice as (

    select * from {{ ref('persona_advice') }}

),

reporting_currency as (

    select * from {{ ref('dim_reporting_currency') }}

),

total as (

    select sum(total_amount) as total_amount
    from contacts

),

-- Of half a dozen people the age in the middle is somebody's: five years around it are nobody's.
figures as (

    select
        groups.segment as persona,
        sum(contacts.total_amount) as total_amount,
        sum(permissions.is_email_allowed) as contactable_count,
        sum(case when contacts.has_mobile_number then permissions.is_phone_allowed else 0 end) as mobile_count,
        case
            when count(contacts.age) >= {{ var('split_minimum_size') }} then cast(5 * round(
                percentile_cont(0.5) within group (order by cast(contacts.age as double)) / 5
            ) as integer)
        end as age,
        case
            when count(contacts.max_emails_per_month) >= {{ var('split_minimum_size') }}
                then percentile_cont(0.5) within group (order by cast(contacts.max_emails_per_month as double))
        end as emails_per_month
    from groups
    inner join members on groups.segment = members.segment
    inner join contacts on members.contact_id = contacts.contact_id
    inner join permissions on members.contact_id = permissions.contact_id
    where groups.member_count >= {{ var('persona_minimum_size') }}
    group by groups.segment

),

channels as (

    select
        figures.persona,
        case
            when 2 * figures.contactable_count >= groups.member_count then 'email'
            when 2 * figures.mobile_count >= groups.member_count then 'mobile phone'
            else 'post'
        end as channel
    from figures
    inner join groups on figures.persona = groups.segment

),

-- What only a few share is not said of the typical member.
ranked_values as (

    select
        persona,
        trait,
        value,
        value_label,
        row_number() over (
            partition by persona, trait
            order by member_count desc, value asc
        ) as value_number
    from traits
    where member_count >= {{ var('split_minimum_size') }} and (trait <> 'gender' or value <> 'other')

),

typical as (

    select
        persona,
        max(case when trait = 'gender' then value end) as gender,
        max(case when trait = 'language' then value end) as language,
        max(case when trait = 'city' then value_label end) as city,
        max(case when trait = 'occupation_group' then value_label end) as occupation_group,
        max(case when trait = 'category' then value_label end) as category,
        max(case when trait = 'acquisition_channel' then value_label end) as acquisition_channel,
        cast(max(case when trait = 'reading_hour' then value end) as integer) as reading_hour
    from ranked_values
    where value_number = 1
    group by persona

),

-- Nobody among the contacts has the name.
free_names as (

    select first_names.*
    from first_names
    left join contacts on lower(first_names.first_name) = lower(contacts.first_name)
    where contacts.contact_id is null

),

languages as (

    select distinct language
    from free_names

),

name_wishes as (

    select
        groups.segment as persona,
        groups.group_number,
        typical.gender,
        coalesce(languages.language, 'en') as language
    from groups
    left join typical on groups.segment = typical.persona
    left join languages on typical.language = languages.language

),

suitable_names as (

    select
        name_wishes.persona,
        name_wishes.group_number,
        free_names.first_name,
        row_number() over (
            partition by name_wishes.persona
            order by {{ dbt.hash('free_names.first_name') }}, free_names.first_name
        ) - 1 as name_number,
        count(*) over (partition by name_wishes.persona) as name_count
    from name_wishes
    inner join free_names
        on
            name_wishes.language = free_names.language
            and (name_wishes.gender = free_names.gender or name_wishes.gender is null)

),

-- Groups and names are both in the order of their hashes: as long as there are more names than groups,
-- no two groups get the same one.
chosen_names as (

    select
        persona,
        first_name
    from suitable_names
    where name_number = mod(group_number, name_count)

),

over_represented as (

    select
        *,
        row_number() over (
            partition by persona
            order by p_value asc, lift desc, trait asc, value asc
        ) as trait_number
    from traits
    where sets_apart and lift > 1

),

subjects as (

    select
        persona,
        value_label as subject,
        max(case when sets_apart and lift > 1 then 1 else 0 end) as is_over_represented,
        max(member_count) as member_count
    from traits
    where trait in ('topic', 'interest', 'category') and member_count >= {{ var('split_minimum_size') }}
    group by persona, value_label

),

ranked_subjects as (

    select
        persona,
        subject,
        row_number() over (
            partition by persona
            order by is_over_represented desc, member_count desc, subject asc
        ) as subject_number
    from subjects

),

topics as (

    select
        persona,
        {{ dbt.listagg('subject', "', '", 'order by subject_number') }} as topics
    from ranked_subjects
    where subject_number <= 3
    group by persona

),

-- A group is also what it is called after: lifecycle_new_customer has lifecycle = new_customer.
held as (

    select
        persona,
        trait,
        value
    from over_represented
    union all
    select
        segment as persona,
        family as trait,
        substring(segment, length(family) + 2) as value
    from groups
    union all
    select
        persona,
        'channel' as trait,
        channel as value
    from channels

),

ranked_advice as (

    select
        groups.segment as persona,
        advice.aspect,
        advice.advice,
        row_number() over (
            partition by groups.segment, advice.aspect
            order by advice.priority
        ) as advice_number
    from groups
    cross join advice
    left join held
        on
            groups.segment = held.persona
            and advice.trait = held.trait
            and advice.value = held.value
    where held.persona is not null or advice.trait is null

),

chosen_advice as (

    select
        persona,
        max(case when aspect = 'tone' then advice end) as tone,
        max(case when aspect = 'frequency' then advice end) as frequency,
        max(case when aspect = 'channel' then advice end) as channel,
        max(case when aspect = 'offer' then advice end) as offer
    from ranked_advice
    where advice_number = 1
    group by persona

),

trait_objects as (

    select
        persona,
        trait,
        value,
        label,
        share,
        overall_share,
        lift
    from traits
    where sets_apart

),

trait_lists as (

    select
        trait_objects.persona,
        {{ dbt.listagg(
            row_as_json('trait_objects'), "', '",
            'order by trait_objects.lift desc, trait_objects.trait, trait_objects.value'
        ) }} as traits
    from trait_objects
    group by trait_objects.persona

)

select
    groups.segment as persona,
    groups.family,
    coalesce(chosen_names.first_name, groups.label) as name,
    groups.label,
    groups.description,
    groups.member_count as size,
    groups.member_share as share,
    '[' || coalesce(trait_lists.traits, '') || ']' as traits,
    cast(figures.total_amount as {{ dbt.type_numeric() }}) as total_amount,
    case
        when total.total_amount = 0 then cast(0 as double)
        else cast(figures.total_amount / total.total_amount as double)
    end as amount_share,
    cast(figures.total_amount / groups.member_count as double) as amount_per_member,
    reporting_currency.currency,
    cast(figures.contactable_count as double) / groups.member_count as contactable_share,
    typical.gender as typical_gender,
    figures.age as typical_age,
    typical.city as typical_city,
    typical.occupation_group as typical_occupation_group,
    typical.language as typical_language,
    typical.category as typical_category,
    typical.acquisition_channel as typical_acquisition_channel,
    channels.channel as typical_channel,
    typical.reading_hour as typical_reading_hour,
    figures.emails_per_month as typical_emails_per_month,
    topics.topics as advised_topics,
    chosen_advice.tone as advised_tone,
    chosen_advice.frequency as advised_frequency,
    chosen_advice.channel as advised_channel,
    chosen_advice.offer as advised_offer,
    {{ as_of() }} as as_of
from groups
inner join figures on groups.segment = figures.persona
inner join channels on groups.segment = channels.persona
cross join total
cross join reporting_currency
left join typical on groups.segment = typical.persona
left join chosen_names on groups.segment = chosen_names.persona
left join topics on groups.segment = topics.persona
left join chosen_advice on groups.segment = chosen_advice.persona
left join trait_lists on groups.segment = trait_lists.persona
