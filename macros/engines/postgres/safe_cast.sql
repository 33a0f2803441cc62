{#- dbt-postgres knows of an array only that it is one; all of ours are of text. -#}
{% macro postgres__safe_cast(field, type) -%}
    {%- set value = field -%}
    {%- if field is iterable and field is not string and field is not mapping -%}
        {%- set items = [] -%}
        {%- for item in field -%}{%- do items.append(dbt.string_literal(dbt.escape_single_quotes(item))) -%}{%- endfor -%}
        {%- set value = 'array[' ~ items | join(', ') ~ ']' -%}
    {%- endif -%}
    cast({{ value }} as {{ 'varchar[]' if type == 'ARRAY' else type }})
{%- endmacro %}
