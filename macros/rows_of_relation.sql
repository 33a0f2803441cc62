{% macro rows_of_relation(relation, is_mapping=false) -%}
    {%- set found, given_names = {}, [] -%}
    {%- for column in customer_segments.columns_of(relation) -%}
        {%- do found.update({column.name | lower: column}) -%}
    {%- endfor -%}
    {%- set is_run = execute and flags.WHICH in ['build', 'run'] -%}
    {%- if is_run and not found -%}
        {{ exceptions.raise_compiler_error(
            model.name ~ " is to be filled from " ~ relation ~ ", which is not there") }}
    {%- endif -%}
    select
    {%- for column in model.columns.values() if column.name not in ['source_file', 'source_row_number', 'unread_values'] %}
        {%- set given = found.get(column.name) -%}
        {%- if given %}
            {%- do given_names.append(adapter.quote(given.name)) %}
        {{ customer_segments.typed_column(relation, given, column) }} as {{ column.name }},
        {%- elif is_run and column.config.meta.required %}
            {{ exceptions.raise_compiler_error(
                relation ~ " has no column " ~ column.name ~ ", which " ~ model.name ~ " needs; add it") }}
        {%- else %}
        cast(null as {{ column.data_type }}) as {{ column.name }},
        {%- endif -%}
    {%- endfor %}
        {%- if is_mapping %}
        source_file,
        source_row_number,
        unread_values
        {%- else %}
        cast('{{ relation.identifier if execute else '' }}' as varchar) as source_file,
        {#- By all columns: a view is read more than once, and a row is to have the same number each time. #}
        cast(row_number() over (order by {{ given_names | join(', ') or '1' }}) as bigint) as source_row_number,
        cast(null as varchar) as unread_values
        {%- endif %}
    from {{ relation }}
{%- endmacro %}
