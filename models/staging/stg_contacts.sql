{{ staged(
    base='base_contacts',
    key=['contact_id'],
    columns=[
        'source_file', 'source_row_number', 'contact_id', 'email', 'created_at', 'first_name', 'last_name', 'gender',
        'birth_date', 'phone', 'city', 'region', 'postal_code', 'country', 'language', 'occupation_group',
        'job_title', 'company', 'company_sector', 'company_size', 'relationship', 'lead_status',
        'interests', 'preferred_topics', 'max_emails_per_month', 'acquisition_channel', 'landing_page',
        'email_consent', 'consent_at', 'updated_at'
    ],
    latest=['case when ' ~ local_date('updated_at') ~ ' > ' ~ as_of() ~ ' then 0 else 1 end', 'updated_at']
) }}
