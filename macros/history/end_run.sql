{% macro end_run(results) -%}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
        {%- set project = customer_segments.model_graph() -%}
        {%- set day = modules.re.search('\\d{4}-\\d{2}-\\d{2}', customer_segments.as_of()).group() -%}
        {%- set model_days, unfinished = customer_segments.state_schema() ~ '.model_days', customer_segments.state_schema() ~ '.unfinished_days' -%}
        {%- set built, failed = [], [] -%}
        {%- for result in results -%}
            {%- set status = result.status | string -%}
            {%- if status == 'success' and result.node.unique_id in project.inputs -%}
                {%- do built.append(result.node.unique_id) -%}
            {%- elif status not in ['success', 'pass', 'warn', 'skipped', 'no-op'] and result.node.resource_type != 'seed' -%}
                {%- do failed.extend([result.node.unique_id] + result.node.depends_on.nodes) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do run_query(customer_segments.state_tables()) -%}
        {%- if failed -%}
            {%- do run_query("delete from " ~ model_days ~ " where model in ('" ~ failed | join("', '") ~ "')") -%}
        {%- endif -%}
        {%- set well = built | reject('in', failed) | list -%}
        {%- if well -%}
            {%- do run_query(
                'insert into ' ~ model_days ~ " values ('"
                ~ well | join("', cast('" ~ day ~ "' as date)), ('") ~ "', cast('" ~ day ~ "' as date))"
            ) -%}
        {%- endif -%}
        {%- set days = {} -%}
        {%- for row in run_query('select model, cast(day as varchar) from ' ~ model_days).rows -%}
            {%- do days.update({row[0]: row[1]}) -%}
        {%- endfor -%}
        {%- set missing = [] -%}
        {%- for id in project.inputs if id not in days or (id in project.dated and days[id] != day) -%}
            {%- do missing.append(id.split('.')[-1]) -%}
        {%- endfor -%}
        {%- if not missing -%}
            {%- do run_query('delete from ' ~ unfinished ~ " where day = cast('" ~ day ~ "' as date)") -%}
        {%- elif run_query('select 1 from ' ~ unfinished ~ " where day = cast('" ~ day ~ "' as date)").rows -%}
            {{ log(
                day ~ ' did not end well and will be taken out of the history by the next build: '
                ~ missing[:3] | join(', ') ~ (' and others' if missing | length > 3 else '')
                ~ ' failed, or were not built for it', info=true
            ) }}
        {%- endif -%}
        {%- do customer_segments.keep_state() -%}
    {%- endif -%}
{%- endmacro %}
