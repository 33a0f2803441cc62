{% test no_identifiers(model) %}

{%- set texts = [] -%}
{%- for column in adapter.get_columns_in_relation(model) if 'char' in column.dtype | lower -%}
    {%- do texts.append(column.name) -%}
{%- endfor %}

select '{{ model.identifier }}.' || column_name || ' holds ' || identifier || ' in ' || count(*) || ' rows' as problem
from (
    {%- for text in texts %}
    select
        '{{ text }}' as column_name,
        {{ customer_segments.identifier_in('cast(' ~ adapter.quote(text) ~ ' as ' ~ dbt.type_string() ~ ')') }} as identifier
    from {{ model }}
    {{ 'union all' if not loop.last }}
    {%- else %}
    {{ customer_segments.no_rows({'column_name': dbt.type_string(), 'identifier': dbt.type_string()}) }}
    {%- endfor %}
) as texts
where identifier is not null
group by column_name, identifier

{% endtest %}
