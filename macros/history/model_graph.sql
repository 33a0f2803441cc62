{% macro model_graph() -%}
    {%- set inputs, readers, ask_the_day, keep_history = {}, {}, [], [] -%}
    {#- In somebody's own project, what else they build with dbt has no part in the days of the history. -#}
    {%- for node in graph.nodes.values() if node.resource_type == 'model'
        and (node.package_name == 'customer_segments' or customer_segments.is_rule_segment(node)) -%}
        {%- set macros = node.depends_on.macros | join(' ') ~ ' ' -%}
        {%- do inputs.update({node.unique_id: node.depends_on.nodes}) -%}
        {%- for input in node.depends_on.nodes -%}
            {%- do readers.setdefault(input, []).append(node.unique_id) -%}
        {%- endfor -%}
        {%- if '.as_of ' in macros -%}{%- do ask_the_day.append(node.unique_id) -%}{%- endif -%}
        {%- if '.rows_before ' in macros or (node.language == 'python' and 'dbt.this' in node.raw_code) -%}
            {%- do keep_history.append(node.unique_id) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set dated = customer_segments.reached(ask_the_day, readers) -%}
    {%- for id in ask_the_day -%}{%- do dated.update({id: true}) -%}{%- endfor -%}
    {{ return({'inputs': inputs, 'readers': readers, 'dated': dated, 'keep_history': keep_history}) }}
{%- endmacro %}
