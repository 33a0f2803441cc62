{% macro need_own_refs() -%}
    {%- if execute and flags.WHICH in ['build', 'run', 'test'] and project_name != 'customer_segments' -%}
        {%- set mistaken = [] -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.package_name == 'customer_segments' -%}
            {%- for id in node.depends_on.nodes if id.startswith('model.' ~ project_name ~ '.') -%}
                {%- set name = id.split('.')[2] -%}
                {#- Those that the inputs are filled from are named by no such words. -#}
                {%- if "ref('" ~ name ~ "')" in node.raw_code -%}
                    {%- do mistaken.append(node.name ~ ' reads ' ~ project_name ~ '.' ~ name) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if mistaken -%}
            {{ exceptions.raise_compiler_error(
                "models of customer_segments read models of " ~ project_name ~ " that have the same names: "
                ~ (mistaken | sort)[:3] | join(', ') ~ (' and others' if mistaken | length > 3 else '')
                ~ "; say require_ref_searches_node_package_before_root: true under flags in dbt_project.yml") }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
