{% macro daily_figures_of(table, words=none, part='all') -%}
    {%- set rows = ref('input_' ~ table) -%}
    {%- set keys = '' -%}
    {%- if part == 'new files' -%}
        {%- set rows = '(select input_rows.*, files_to_read.file_version from ' ~ rows ~ ' as input_rows inner join ('
            ~ customer_segments.files_to_read(table) ~ ') as files_to_read on input_rows.source_file = files_to_read.source_file) as input_rows' -%}
        {%- set keys = ', source_file, file_version' -%}
    {%- endif -%}
    {%- set seed = ref(words) if words -%}
    {%- if not execute -%}
        {{ return('select 1 as not_parsed_yet') }}
    {%- endif -%}
    {%- set input = graph.nodes['model.customer_segments.input_' ~ table] -%}
    {%- set checks = input.config.meta.checks or {} -%}
    {%- set columns = {} -%}
    {%- for column in input.columns.values() if column.name not in ['source_file', 'source_row_number', 'unread_values'] -%}
        {%- do columns.update({column.name: column}) -%}
    {%- endfor -%}
    {%- set day = 'cast(' ~ checks.day ~ ' as date)' if checks.day else 'cast(null as date)' -%}
    {%- set key = ['contact_id', 'order_id', 'email'] | select('in', columns) | first | default('', true) -%}
    {%- set kept = 'coalesce(' ~ key ~ ", '') <> '(erased)'" if key else 'true' -%}
    {%- set figures, values = [['rows', '', 'count(*)']], [] -%}
    {%- for name, column in columns.items() -%}
        {%- set family = customer_segments.type_family(column.data_type) -%}
        {%- set asked = column.config.meta.checks or {} -%}
        {%- set late = '' if checks.events and not asked.later else 'late ' -%}
        {%- do figures.append([late ~ 'filled', name, 'count(' ~ name ~ ')']) -%}
        {%- if family == 'text' and not asked.get('values') and not asked.steady -%}
            {%- do figures.append(['length', name, 'sum(length(' ~ name ~ '))']) -%}
        {%- elif family == 'number' -%}
            {%- do figures.append(['sum', name, 'sum(' ~ name ~ ')']) -%}
            {%- do figures.append(['log', name, 'sum(ln(1 + abs(cast(' ~ name ~ ' as double))))']) if checks.events -%}
        {%- endif -%}
        {%- if asked.get('values') or asked.steady or family == 'boolean' -%}
            {%- do values.append([name, asked, family, late]) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if checks.day -%}
        {%- do figures.append(['hour' if checks.hours else 'machine hour', '', 'sum(extract(hour from ' ~ checks.day ~ '))']) -%}
    {%- endif -%}
    {%- for check in checks.rows or [] -%}
        {%- do figures.append(['fault', check.says, 'sum(case when ' ~ check.at_fault ~ ' then 1 else 0 end)']) -%}
    {%- endfor -%}
    {%- if part == 'newest' and not (checks.shared_by or checks.once) -%}
        {{ return('') }}
    {%- endif -%}
    {%- if part == 'newest' %}
    select '{{ table }}' as source, figures.* from (
        {{ customer_segments.figures_of_newest(rows, kept, day, checks) }}
    ) as figures
    {%- else %}
    select '{{ table }}' as source, figures.* from (
        with by_day as (
            select
                {{ day }} as day{{ keys }}
                {%- for figure in figures %},
                cast({{ figure[2] }} as double) as figure_{{ loop.index }}
                {%- endfor %}
            from {{ rows }}
            where {{ kept }}
            group by 1{{ keys }}
        )
        {%- for figure in figures %}
        {{ 'union all' if not loop.first }}
        select day, '{{ figure[0] }}' as measure, '{{ figure[1] }}' as column_name, '' as value, figure_{{ loop.index }} as figure{{ keys }}
        from by_day
        {%- endfor %}
        {%- for name, asked, family, late in values %}
        union all
        {{ customer_segments.figures_by_value(rows, kept, day, name, asked, family, late, seed if asked.mapped_by, keys) }}
        {%- endfor %}
        {%- for label, fresh in (checks.fresh or {}).items() %}
        union all
        select greatest({% for column in fresh.by %}cast({{ column }} as date){{ ', ' if not loop.last }}{% endfor %}), 'dated', '{{ label }}', '', cast(count(*) as double){{ keys }}
        from {{ rows }}
        where {{ kept }}
        group by 1{{ keys }}
        {%- endfor %}
        {%- if part == 'all' and (checks.shared_by or checks.once) %}
        union all
        {{ customer_segments.figures_of_newest(rows, kept, day, checks) }}
        {%- endif %}
    ) as figures
    where figures.figure is not null
    {%- endif %}
{%- endmacro %}

{% macro figures_by_value(rows, kept, day, name, asked, family, late, seed, keys) -%}
    select by_value.day, '{{ late }}{{ 'steady' if asked.steady else 'value' }}', '{{ name }}',
    {%- if asked.steady %} by_value.value,
    {%- elif family == 'boolean' %} by_value.value,
    {%- else %}
        case when {{ 'coalesce(words.' ~ name ~ ', by_value.value)' if seed else 'by_value.value' }} in ('{{ asked.get('values') | join("', '") }}')
            then {{ 'coalesce(words.' ~ name ~ ', by_value.value)' if seed else 'by_value.value' }} else 'other' end,
    {%- endif %}
        cast(sum(by_value.row_count) as double){{ keys }}
    from (
        select
            {{ day }} as day,
            {{ "case when " ~ name ~ " then 'true' else 'false' end" if family == 'boolean'
                else ('upper(' if asked.steady else 'lower(') ~ name ~ ')' }} as value,
            count(*) as row_count{{ keys }}
        from {{ rows }}
        where {{ kept }} and {{ name }} is not null
        group by 1, 2{{ keys }}
    ) as by_value
    {%- if seed %}
    left join {{ seed }} as words on {{ customer_segments.word_key('by_value.value') }} = {{ customer_segments.word_key('words.sender_word') }}
    {%- endif %}
    group by 1, 4{{ keys }}
{%- endmacro %}

{% macro figures_of_newest(rows, kept, day, checks) -%}
    {%- set newest = kept ~ ' and ' ~ day ~ ' > ' ~ dbt.dateadd('day', -70, customer_segments.as_of()) ~ ' and ' ~ day ~ ' <= ' ~ customer_segments.as_of() -%}
    {%- if checks.shared_by %}
    select day, 'largest' as measure, '{{ checks.shared_by }}' as column_name, '' as value, cast(max(row_count) as double) as figure
    from (
        select {{ day }} as day, {{ checks.shared_by }}, count(*) as row_count
        from {{ rows }}
        where {{ newest }}
        group by 1, 2
    ) as by_one
    group by 1
    {%- endif %}
    {{- ' union all ' if checks.shared_by and checks.once }}
    {%- if checks.once %}
    select day, 'repeated' as measure, '' as column_name, '' as value, cast(sum(row_count - 1) as double) as figure
    from (
        select {{ day }} as day, {{ checks.once | join(', ') }}, count(*) as row_count
        from {{ rows }}
        where {{ newest }}
        group by 1, {% for column in checks.once %}{{ loop.index + 1 }}{{ ', ' if not loop.last }}{% endfor %}
    ) as by_what_happened
    group by 1
    {%- endif %}
{%- endmacro %}
