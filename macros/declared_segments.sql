{#- Every segment that the project's YAML declares, as a list of mappings with segment, family, label,
    description, category, owner and version: the models below segments/rules, and each value of the
    families in the meta of the models below segments/families. The version is a hash of the model's
    SQL. Empty while dbt parses. -#}
{% macro declared_segments() -%}
    {%- set declared = [] -%}
    {%- for node in (graph.nodes.values() if execute else []) | sort(attribute='unique_id') -%}
        {%- if node.resource_type == 'model' and node.package_name == project_name -%}
            {%- if 'rules' in node.fqn -%}
                {%- do declared.append({
                    'segment': node.name, 'family': 'rule', 'label': node.config.meta.label,
                    'description': node.description | trim, 'category': node.config.meta.category,
                    'owner': node.config.meta.owner, 'version': local_md5(node.raw_code),
                }) -%}
            {%- endif -%}
            {%- for family in node.config.meta.get('families', []) -%}
                {%- for value, described in family['values'].items() -%}
                    {%- do declared.append({
                        'segment': family.family ~ '_' ~ value, 'family': family.family,
                        'label': described.label, 'description': described.description,
                        'category': family.category, 'owner': family.owner,
                        'version': local_md5(node.raw_code),
                    }) -%}
                {%- endfor -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(declared) }}
{%- endmacro %}
