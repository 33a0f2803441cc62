{% macro begin_run() -%}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
        {%- set project = customer_segments.model_graph() -%}
        {%- set day = modules.re.search('\\d{4}-\\d{2}-\\d{2}', customer_segments.as_of()).group() -%}
        {%- set model_days, unfinished = customer_segments.state_schema() ~ '.model_days', customer_segments.state_schema() ~ '.unfinished_days' -%}
        {%- do run_query(customer_segments.state_tables()) -%}
        {%- set built = {} -%}
        {%- for row in run_query('select model, cast(day as varchar) from ' ~ model_days).rows -%}
            {%- do built.update({row[0]: row[1]}) -%}
        {%- endfor -%}
        {%- set selected = [] -%}
        {%- for id in selected_resources if id in project.inputs -%}{%- do selected.append(id) -%}{%- endfor -%}

        {%- set keepers, not_of_the_day, of_another_day = [], [], [] -%}
        {%- for id in project.keep_history if id in selected -%}{%- do keepers.append(id) -%}{%- endfor -%}
        {%- for id in customer_segments.reached(keepers, project.inputs) | sort -%}
            {%- if id in project.dated and id not in selected and built.get(id) != day -%}
                {%- do not_of_the_day.append(id) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if keepers and built and flags.EMPTY -%}
            {{ exceptions.raise_compiler_error(
                "with --empty nobody is in any segment, and the history (" ~ keepers[0].split('.')[-1]
                ~ ") would say that everybody left; nothing was written. Try --empty on another warehouse:"
                ~ " WAREHOUSE=target/empty.duckdb dbt build --empty"
            ) }}
        {%- endif -%}
        {#- Those where it begins. -#}
        {%- for id in not_of_the_day if project.inputs[id] | select('in', not_of_the_day) | list | length == 0 -%}
            {%- do of_another_day.append(
                id.split('.')[-1] ~ (' is of ' ~ built[id] if id in built else ' has no finished build of it')
            ) -%}
        {%- endfor -%}
        {%- if of_another_day -%}
            {{ exceptions.raise_compiler_error(
                "this run is for " ~ day ~ " and would write the history (" ~ keepers[0].split('.')[-1]
                ~ ") from models that are not of that day: " ~ of_another_day[:3] | join(', ')
                ~ (' and ' ~ (of_another_day | length - 3) ~ ' more' if of_another_day | length > 3 else '')
                ~ "; nothing was written. Build that day as a whole: dbt build --vars '{as_of: " ~ day ~ "}'"
            ) }}
        {%- endif -%}

        {#- A model that is no longer of the day it was leaves its readers with rows of two days. -#}
        {%- set moved = [] -%}
        {%- for id in selected if built.get(id) != day -%}{%- do moved.append(id) -%}{%- endfor -%}
        {%- set unknown = customer_segments.reached(moved, project.readers).keys() | list + selected -%}
        {%- if unknown -%}
            {%- do run_query("delete from " ~ model_days ~ " where model in ('" ~ unknown | join("', '") ~ "')") -%}
        {%- endif -%}

        {%- set days_begin = [] -%}
        {%- for id in selected if id.split('.')[-1] in customer_segments.keeps_days() -%}{%- do days_begin.append(id) -%}{%- endfor -%}
        {%- if days_begin -%}
            {%- for row in run_query('select cast(day as varchar) from ' ~ unfinished ~ ' order by day').rows -%}
                {%- do run_query(customer_segments.forget_day(row[0])) -%}
                {%- if row[0] != day -%}
                    {{ log('The build of ' ~ row[0] ~ ' did not end well: it is out of the history', info=true) }}
                {%- endif -%}
            {%- endfor -%}
            {%- set last = {'cluster_fits': 'null', 'base_reporting_currency': 'null'} -%}
            {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.name in last -%}
                {%- set relation = load_relation(
                    api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)
                ) -%}
                {%- if relation is not none -%}
                    {%- set number = 'fit_number' if node.name == 'cluster_fits' else 'choice_number' -%}
                    {%- do last.update({node.name: '(select max(' ~ number ~ ') from ' ~ relation ~ ')'}) -%}
                {%- endif -%}
            {%- endfor -%}
            {%- do run_query(
                'insert into ' ~ unfinished ~ " (day, last_fit, last_choice) values (cast('" ~ day ~ "' as date), "
                ~ last.cluster_fits ~ ', ' ~ last.base_reporting_currency ~ ')'
            ) -%}
        {%- endif -%}
        {%- do customer_segments.keep_state() -%}
    {%- endif -%}
{%- endmacro %}
