{% macro rule_members(segment, project='customer_segments') -%}
    {%- do ref(project, segment) -%}
    {%- if execute -%}
        {%- set rule = graph.nodes['model.' ~ project ~ '.' ~ segment] -%}
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
    from {{ customer_segments.matched_contacts(segment) }}
{%- endmacro %}
