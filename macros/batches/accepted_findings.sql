{% macro accepted_findings() -%}
    {%- for accepted in var('accepted_findings') %}
    select
        {%- for column in ['batch_id', 'source', 'rule', 'subject', 'accepted_by', 'because'] %}
        '{{ accepted[column] | replace("'", "''") }}' as {{ column }},
        {%- endfor %}
        cast({{ "'" ~ accepted.accepted_until ~ "'" if accepted.accepted_until else 'null' }} as date) as accepted_until
    union all
    {%- endfor %}
    select
        {%- for column in ['batch_id', 'source', 'rule', 'subject', 'accepted_by', 'because'] %}
        cast(null as {{ dbt.type_string() }}) as {{ column }},
        {%- endfor %}
        cast(null as date) as accepted_until
    where false
{%- endmacro %}
