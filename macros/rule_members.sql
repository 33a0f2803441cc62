{% macro rule_members(segment) -%}
    {%- do ref(segment) -%}
    {%- if execute -%}
        {%- set rule = graph.nodes['model.' ~ project_name ~ '.' ~ segment] -%}
        {%- if rule.config.materialized != 'segment' -%}
            {%- do exceptions.raise_compiler_error(
                rule.original_file_path ~ ' is materialized as ' ~ rule.config.materialized ~ ', so that '
                ~ "ref('" ~ segment ~ "') would not be its members; take materialized out of it"
            ) -%}
        {%- endif -%}
    {%- endif -%}
    select
        contact_id,
        '{{ segment }}' as segment,
        'rule' as family
    from {{ matched_contacts(segment) }}
{%- endmacro %}
