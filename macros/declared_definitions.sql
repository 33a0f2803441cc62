{% macro declared_definitions() -%}
    {%- for definition in customer_segments.declared_segments() %}
    select
        {{ dbt.string_literal(dbt.escape_single_quotes(definition.segment)) }} as segment,
        {{ dbt.string_literal(dbt.escape_single_quotes(definition.family)) }} as family,
        {{ dbt.string_literal(dbt.escape_single_quotes(definition.label)) }} as label,
        {{ dbt.string_literal(dbt.escape_single_quotes(definition.label_fr or definition.label)) }} as label_fr,
        {{ dbt.string_literal(dbt.escape_single_quotes(definition.description)) }} as description,
        {{ dbt.string_literal(dbt.escape_single_quotes((definition.description_fr or definition.description) | trim)) }} as description_fr,
        {{ dbt.string_literal(dbt.escape_single_quotes(definition.category)) }} as category,
        {{ dbt.string_literal(dbt.escape_single_quotes(definition.owner)) }} as owner,
        '{{ definition.version }}' as definition_version,
        {{ definition.get('members_are_published', true) | string | lower }} as members_are_published,
        cast({{ definition.get('order_in_family', 'null') }} as integer) as order_in_family,
        cast({{ definition.get('progress', 'null') }} as integer) as progress
    {% if not loop.last %}union all{% endif %}
    {%- else %}
    {{ customer_segments.no_rows({
        'segment': dbt.type_string(),
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
    }) }}
    {%- endfor %}
{%- endmacro %}
