{%- set figure = {
    'source': 'varchar',
    'day': 'date',
    'measure': 'varchar',
    'column_name': 'varchar',
    'value': 'varchar',
} -%}
{%- set figure_key = figure.keys() | join(', ') -%}
with rejected_rows as (

    select * from {{ ref('rejected_rows') }}

),

source_row_counts as (

    select * from {{ ref('source_row_counts') }}

),

input_email_events as (

    select * from {{ ref('input_email_events') }}

),

email_event_types as (

    select * from {{ ref('email_event_types') }}

),

earlier_figures as (

    {{ rows_before(dict(figure, figure='double', figure_before='double')) }}

),

campaign_events as (

    select
        campaign_id,
        lower(event_type) as word,
        min(cast(occurred_at as date)) as first_day,
        count(*) as event_count
    from input_email_events
    where campaign_id is not null and contact_id <> '(erased)'
    group by campaign_id, lower(event_type)

),

campaign_figures as (

    select
        'email_events' as source,
        min(min(campaign_events.first_day)) over (partition by campaign_events.campaign_id) as day,
        'campaign' as measure,
        coalesce(words.event_type, 'other') as column_name,
        campaign_events.campaign_id as value,
        cast(sum(campaign_events.event_count) as double) as figure
    from campaign_events
    left join email_event_types as words
        on {{ word_key('campaign_events.word') }} = {{ word_key('words.sender_word') }}
    group by campaign_events.campaign_id, coalesce(words.event_type, 'other')

),

rejections as (

    select
        source,
        cast(null as date) as day,
        'rejected' as measure,
        '' as column_name,
        reason as value,
        cast(count(*) as double) as figure
    from rejected_rows
    group by source, reason

),

table_counts as (

    select
        source_row_counts.source,
        cast(null as date) as day,
        measures.measure,
        '' as column_name,
        '' as value,
        cast(sum(
            case measures.measure
                when 'delivered' then source_row_counts.row_count else source_row_counts.deduplicated_count
            end
        ) as double) as figure
    from source_row_counts
    cross join (select 'delivered' as measure union all select 'duplicate' as measure) as measures
    group by source_row_counts.source, measures.measure

),

current_figures as (

    {{ daily_figures_of('contacts') }}
    union all
    {{ daily_figures_of('contact_traits') }}
    union all
    {{ daily_figures_of('orders') }}
    union all
    {{ daily_figures_of('order_items') }}
    union all
    {{ daily_figures_of('email_events', words='email_event_types') }}
    union all
    {{ daily_figures_of('campaigns') }}
    union all
    {{ daily_figures_of('web_events') }}
    union all
    {{ daily_figures_of('support_cases') }}
    union all
    {{ daily_figures_of('segment_members_manual') }}
    union all
    {{ daily_figures_of('suppressions') }}
    union all
    {{ daily_figures_of('erasures') }}
    union all
    select * from campaign_figures
    union all
    select * from rejections
    union all
    select * from table_counts
    union all
    select
        '' as source,
        {{ as_of() }} as day,
        'as_of' as measure,
        '' as column_name,
        '' as value,
        1 as figure

),

figures as (

    select
        {{ figure_key }},
        figure,
        cast(null as double) as figure_before
    from current_figures
    union all
    select
        {{ figure_key }},
        cast(null as double) as figure,
        {{ last_good_figure() }} as figure_before
    from earlier_figures

)

select
    {{ figure_key }},
    sum(figure) as figure,
    sum(figure_before) as figure_before
from figures
group by {{ figure_key }}
having sum(figure) is not null or sum(figure_before) is not null
