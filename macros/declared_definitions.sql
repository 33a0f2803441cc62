{% macro declared_definitions() -%}
    {%- for declared in customer_segments.declared_segments() %}
        {%- set lacks = [] -%}
        {%- for key in ['label_fr', 'description_fr'] if declared.needs_french and not declared[key] -%}
            {%- do lacks.append(key) -%}
        {%- endfor %}
        select
            {{ dbt.string_literal(dbt.escape_single_quotes(declared.segment)) }} as segment,
            {{ dbt.string_literal(declared.segment.replace('{value}', '')) if '{value}' in declared.segment else 'null' }} as beginning,
            {{ dbt.string_literal(dbt.escape_single_quotes(declared.family)) }} as family,
            {{ dbt.string_literal(dbt.escape_single_quotes(declared.label)) }} as label,
            {{ dbt.string_literal(dbt.escape_single_quotes(declared.label_fr or declared.label)) }} as label_fr,
            {{ dbt.string_literal(dbt.escape_single_quotes(declared.description)) }} as description,
            {{ dbt.string_literal(dbt.escape_single_quotes((declared.description_fr or declared.description) | trim)) }} as description_fr,
            {{ dbt.string_literal(dbt.escape_single_quotes(declared.category)) }} as category,
            {{ dbt.string_literal(dbt.escape_single_quotes(declared.owner)) }} as owner,
            '{{ declared.version }}' as definition_version,
            {{ declared.get('members_are_published', true) | string | lower }} as members_are_published,
            cast({{ declared.get('order_in_family', 'null') }} as integer) as order_in_family,
            cast({{ declared.get('progress', 'null') }} as integer) as progress,
            '{{ declared.place }}' as place,
            '{{ lacks | join(' and no ') }}' as lacks,
            '{{ declared.looks_at }}' as looks_at,
            '|{{ declared.reads }}|' as reads_names
        {% if not loop.last %}union all{% endif %}
    {%- else %}
        {{ customer_segments.no_rows({
            'segment': dbt.type_string(),
            'beginning': dbt.type_string(),
            'family': dbt.type_string(),
            'label': dbt.type_string(),
            'label_fr': dbt.type_string(),
            'description': dbt.type_string(),
            'description_fr': dbt.type_string(),
            'category': dbt.type_string(),
            'owner': dbt.type_string(),
            'definition_version': dbt.type_string(),
            'members_are_published': dbt.type_boolean(),
            'order_in_family': 'integer',
            'progress': 'integer',
            'place': dbt.type_string(),
            'lacks': dbt.type_string(),
            'looks_at': dbt.type_string(),
            'reads_names': dbt.type_string(),
        }) }}
    {%- endfor %}
{%- endmacro %}
