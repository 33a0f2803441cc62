with file_figures as (

    {{ daily_figures_of('web_events', part='new files') }}

)

select
    source_file,
    file_version,
    day,
    measure,
    column_name,
    value,
    figure
from file_figures
