{% macro rule_segments() -%}
    {%- set aliases = [] -%}
    {%- for segment in customer_segments.declared_segments() if segment.family == 'rule' -%}
        {%- do aliases.append(segment.segment) -%}
    {%- endfor -%}
    {{ return(aliases) }}
{%- endmacro %}
