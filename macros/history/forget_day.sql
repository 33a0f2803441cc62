{% macro forget_day(day) -%}
    {%- set gone = "cast('" ~ day ~ "' as date)" -%}
    {%- set tables = {} -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.name in customer_segments.keeps_days() + [
        'base_reporting_currency', 'cluster_fits'
    ] -%}
        {%- set relation = load_relation(
            api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)
        ) -%}
        {%- if relation is not none -%}{%- do tables.update({node.name: relation}) -%}{%- endif -%}
    {%- endfor -%}
    {%- set unfinished = customer_segments.state_schema() ~ '.unfinished_days' -%}
    {%- set statements = [] -%}
    {%- for model in ['split_segment_days', 'segment_days'] if model in tables -%}
        {%- do statements.append('delete from ' ~ tables[model] ~ ' where day = ' ~ gone) -%}
    {%- endfor -%}
    {%- if 'segment_days' in tables -%}
        {%- set days = tables['segment_days'] -%}
        {%- if 'base_reporting_currency' in tables -%}
            {%- do statements.append(
                'delete from ' ~ tables['base_reporting_currency'] ~ ' where chosen_on = ' ~ gone
                ~ ' and choice_number > coalesce((select max(last_choice) from ' ~ unfinished ~ ' where day = ' ~ gone ~ '), 0)'
                ~ ' and not exists (select 1 from ' ~ days ~ ')'
            ) -%}
        {%- endif -%}
        {#- A fit holds from its day until that of the next one. -#}
        {%- if 'cluster_fits' in tables -%}
            {%- set fits = tables['cluster_fits'] -%}
            {%- do statements.append(
                'delete from ' ~ fits ~ ' where fitted_on = ' ~ gone
                ~ ' and fit_number > coalesce((select max(last_fit) from ' ~ unfinished ~ ' where day = ' ~ gone ~ '), 0)'
                ~ ' and not exists (select 1 from ' ~ days ~ ' where day > ' ~ gone
                ~ ' and day < coalesce((select min(fitted_on) from ' ~ fits ~ ' where fitted_on > ' ~ gone
                ~ "), cast('9999-12-31' as date)))"
            ) -%}
        {%- endif -%}
        {%- if 'segment_history' in tables -%}
            {%- do statements.append(customer_segments.membership_periods_without_day(tables['segment_history'], days, gone)) -%}
        {%- endif -%}
    {%- endif -%}
    {%- do statements.append('delete from ' ~ unfinished ~ ' where day = ' ~ gone) -%}
    begin;
    {{ customer_segments.state_tables() }};
    {{ statements | join(';\n') }};
    commit
{%- endmacro %}
