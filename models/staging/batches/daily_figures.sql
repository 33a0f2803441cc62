{%- set text = 'varchar' -%}
{%- set figure = {'source': text, 'day': 'date', 'measure': text, 'column_name': text, 'value': text} -%}
{%- set figure_key = figure.keys() | join(', ') -%}
with rejected_rows as (

    select * from {{ ref('rejected_rows') }}

),

source_row_counts as (

    select * from {{ ref('source_row_counts') }}

),

earlier_figures as (

    {{ rows_before(dict(figure, figure='double', figure_before='double')) }}

),

campaign_figures as (

    select * from {{ ref('campaign_figures') }}

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
    cross join (
        select 'delivered' as measure
        union all
        select 'duplicate' as measure
    ) as measures
    group by source_row_counts.source, measures.measure

),

-- A file that a build let pass is known by its content, whatever it is called.
files as (

    select
        source,
        cast(null as date) as day,
        'file' as measure,
        '' as column_name,
        checksum as value,
        cast(max(row_count) as double) as figure
    from {{ ref('loaded_files') }}
    where checksum is not null
    group by source, checksum

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
    {{ figures_of_files('email_events') }}
    union all
    {{ daily_figures_of('campaigns') }}
    union all
    {{ figures_of_files('web_events') }}
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
    select * from files
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
