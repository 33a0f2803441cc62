{#- Schemas are named after the layer alone (raw, staging, …; marts are in the target's own schema),
    not prefixed with the target's schema as dbt does by default. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
