with profiles as (

    select * from {{ vendor_rows('klaviyo', 'profiles') }}

),

suppressed_profiles as (

    select
        {{ json_text('record', 'attributes.email') }} as email,
        {{ list_items(json_elements('record', 'attributes.subscriptions.email.marketing.suppression')) }}
            as suppression,
        {{ list_positions(json_elements('record', 'attributes.subscriptions.email.marketing.suppression')) }}
            as position,
        1 as list_rank,
        source_file,
        source_row_number
    from profiles
    union all
    -- Who left one list has refused; nobody knows here which list an email belongs to.
    select
        {{ json_text('record', 'attributes.email') }} as email,
        {{ list_items(json_elements('record', 'attributes.subscriptions.email.marketing.list_suppressions')) }}
            as suppression,
        {{ list_positions(json_elements('record', 'attributes.subscriptions.email.marketing.list_suppressions')) }}
            as position,
        2 as list_rank,
        source_file,
        source_row_number
    from profiles

),

suppressions as (

    select
        {{ clean_text('email') }} as email,
        lower({{ json_text('suppression', 'reason') }}) as reason,
        {{ read_vendor_timestamp(json_text('suppression', 'timestamp'), 'klaviyo') }} as suppressed_at,
        source_file,
        row_number() over (
            partition by source_file order by source_row_number, list_rank, position
        ) as source_row_number,
        {{ json_text('suppression', 'timestamp') }} as suppressed_at_text
    from suppressed_profiles

)

select
    email,
    reason,
    suppressed_at,
    source_file,
    source_row_number,
    {{ unread_values({'suppressed_at': 'suppressed_at_text'}) }} as unread_values
from suppressions
where email is not null
