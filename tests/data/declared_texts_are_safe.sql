-- Texts that the project itself declares go out as they are.
with declared_texts as (

    select
        'offer ' || offer as declared_by,
        offer_code as declared_text
    from {{ ref('offers') }}
    union all
    select
        'message field ' || field as declared_by,
        fallback as declared_text
    from {{ ref('message_fields') }}

)

select *
from declared_texts
where {{ is_unsafe_text('declared_text', var('outgoing_name_length')) }}
