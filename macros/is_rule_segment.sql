{% macro is_rule_segment(node) -%}
    {{ return(
        node.resource_type == 'model'
        and (
            (node.package_name == 'customer_segments' and 'rules' in node.fqn)
            or (node.package_name == project_name and node.config.materialized == 'segment')
        )
    ) }}
{%- endmacro %}
