with contact_lines as (

    select * from {{ vendor_rows('hubspot', 'contacts') }}

),

refusal_lines as (

    select * from {{ vendor_rows('hubspot', 'unsubscribes') }}

),

suppressions as (

    select
        email,
        coalesce({{ clean_text('"email hard bounce reason"') }}, 'invalid email address') as reason,
        source_file,
        source_row_number
    from contact_lines
    where {{ clean_text('"email hard bounce reason"') }} is not null or {{ parse_boolean('"invalid email address"') }}
    union all
    -- There is a column for each reason and kind of email, also of people who were deleted.
    select
        email,
        array_to_string({{ true_columns('refusal_lines') }}, ', ') as reason,
        source_file,
        source_row_number
    from refusal_lines

)

select
    {{ clean_text('email') }} as email,
    reason,
    source_file,
    source_row_number,
    cast(null as varchar) as unread_values
from suppressions
where {{ clean_text('email') }} is not null and reason <> ''
