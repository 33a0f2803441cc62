{% macro generate_schema_name(custom_schema_name, node) -%}
    {#- A build on a server works in drafts of all schemas. -#}
    {%- set draft = '__draft' if target.schema.endswith('__draft') else '' -%}
    {{ custom_schema_name ~ draft if custom_schema_name and custom_schema_name != target.schema else target.schema }}
{%- endmacro %}
