with unreadable_lines as (

    select
        source,
        source_file,
        line_number as source_row_number,
        'line ' || cast(line_number as varchar) as row_key,
        'row' as scope,
        cast(null as varchar) as field,
        reason,
        {{ text_as_json('line_text') }} as row_json
    from {{ ref('unreadable_lines') }}

)

select * from unreadable_lines
union all
{{ rejections('contacts', ['contact_id'], {
    'email': 'an email address',
    'gender': 'female, male or other',
    'birth_date': 'a date of birth',
    'occupation_group': 'in seeds/reference/occupation_groups.csv',
    'relationship': 'contact, partner, supplier, friend or former_colleague',
    'lead_status': 'new, qualified or inactive',
    'max_emails_per_month': 'a whole number from 0',
    'email_consent': 'yes or no',
    'consent_at': 'a date',
    'updated_at': 'a date',
}) }}
union all
{{ rejections('contact_traits', ['contact_id', 'trait'], {'observed_at': 'a date'}) }}
union all
{{ rejections('orders', ['order_id'], {'discount_amount': 'an amount from 0'}) }}
union all
{{ rejections('order_items', ['order_id', 'line_number'], {
    'quantity': 'a number from 0',
    'unit_price': 'an amount from 0',
}) }}
union all
{{ rejections('email_events', ['event_id'], {
    'is_machine_open': 'yes or no',
    'bounce_type': 'hard or soft',
}, flagged=true) }}
union all
{{ rejections('campaigns', ['campaign_id'], {'sequence_step': 'a whole number', 'sent_at': 'a date'}) }}
union all
{{ rejections('web_events', ['event_id'], {'seconds_on_page': 'a whole number from 0'}, flagged=true) }}
union all
{{ rejections('support_cases', ['case_id'], {'closed_at': 'a date'}) }}
union all
{{ rejections('segment_members_manual', ['segment', 'contact_id']) }}
union all
{{ rejections('suppressions', ['email'], {'suppressed_at': 'a date'}) }}
union all
{{ rejections('erasures', ['contact_id'], {'requested_at': 'a date'}) }}
