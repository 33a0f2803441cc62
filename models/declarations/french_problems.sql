{%- set texts = [
    ('channels', "'channel ' || channel", ['label_fr']),
    ('compared_traits', "'trait ' || trait", ['wording_fr']),
    ('offers', "'offer ' || offer", ['label_fr', 'message_fr']),
    ('permission_reasons', "'reason ' || reason", ['description_fr']),
    ('persona_advice', "'advice on ' || aspect || ', priority ' || priority || ','", ['advice_fr']),
    ('sequences', "'sequence ' || sequence", ['label_fr']),
    ('sequence_steps', "'sequence ' || sequence || ', step ' || step || ','", ['label_fr']),
    ('trait_values', "'trait ' || trait || ', value ' || value || ','", ['label_fr']),
] -%}
with segments as (

    select * from {{ ref('declared_segments') }}

)

{% for seed, subject, columns in texts -%}
    {%- for column in columns -%}
        select
            {{ subject }} || ' has no {{ column }}; write the French beside the English, in {{ seed }}.csv'
                as problem
        from {{ ref(seed) }}
        where {{ column }} is null
        union all
    {% endfor -%}
{%- endfor -%}
select
    'segment ' || segment || ' has no ' || lacks || '; write the French beside the English, in the YAML of ' || place
        as problem
from segments
where lacks <> ''
