{% macro declared_names() -%}
    {%- for declared in customer_segments.declared_segments() %}
        {%- set lacks = [] -%}
        {%- for key in ['label_fr', 'description_fr'] if declared.needs_french and not declared[key] -%}{%- do lacks.append(key) -%}{%- endfor %}
        select
            {{ dbt.string_literal(dbt.escape_single_quotes(declared.segment)) }} as segment,
            {{ dbt.string_literal(declared.segment.replace('{value}', '')) if '{value}' in declared.segment else 'null' }} as beginning,
            '{{ declared.family }}' as family,
            '{{ declared.place }}' as place,
            {{ declared.get('members_are_published', true) | string | lower }} as members_are_published,
            '{{ lacks | join(' and no ') }}' as lacks,
            '{{ declared.looks_at }}' as looks_at,
            '|{{ declared.reads }}|' as reads_names
        {{ 'union all' if not loop.last }}
    {%- else %}
        select
            '' as segment,
            '' as beginning,
            '' as family,
            '' as place,
            true as members_are_published,
            '' as lacks,
            '' as looks_at,
            '' as reads_names
        where false
    {%- endfor %}
{%- endmacro %}
