{%- set definitions = declared_segments() -%}
{%- for definition in definitions %}
select
    {{ dbt.string_literal(dbt.escape_single_quotes(definition.segment)) }} as segment,
    {{ dbt.string_literal(dbt.escape_single_quotes(definition.family)) }} as family,
    {{ dbt.string_literal(dbt.escape_single_quotes(definition.label)) }} as label,
    {{ dbt.string_literal(dbt.escape_single_quotes(definition.description)) }} as description,
    {{ dbt.string_literal(dbt.escape_single_quotes(definition.category)) }} as category,
    {{ dbt.string_literal(dbt.escape_single_quotes(definition.owner)) }} as owner,
    '{{ definition.version }}' as definition_version
{% if not loop.last %}union all{% endif %}
{%- else %}
select
    cast(null as {{ dbt.type_string() }}) as segment,
    cast(null as {{ dbt.type_string() }}) as family,
    cast(null as {{ dbt.type_string() }}) as label,
    cast(null as {{ dbt.type_string() }}) as description,
    cast(null as {{ dbt.type_string() }}) as category,
    cast(null as {{ dbt.type_string() }}) as owner,
    cast(null as {{ dbt.type_string() }}) as definition_version
where false
{%- endfor %}
