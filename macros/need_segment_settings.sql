{% macro need_segment_settings() -%}
    {%- if project_name != 'customer_segments' -%}
        {%- if 'model.customer_segments.int_segment_manual_changes' not in model.depends_on.nodes -%}
            {{ exceptions.raise_compiler_error(
                "segment " ~ model.name ~ " lacks the pre-hook by which it waits for manual changes of members; say in"
                ~ " dbt_project.yml, for the folder with segments, +pre-hook: \"{{ customer_segments.built_after("
                ~ "ref('customer_segments', 'int_segment_manual_changes')) }}\"") }}
        {%- endif -%}
        {#- Raises where the project has none, and the package would go on with a day of its own. -#}
        {%- do customer_segments.as_of() -%}
    {%- endif -%}
{%- endmacro %}
