{% macro read_as(column, data_type) -%}
    {%- if data_type == 'varchar' -%}
        {{ clean_text(column) }}
    {%- elif data_type == 'timestamp' -%}
        {{ parse_timestamp(column) }}
    {%- elif data_type == 'date' -%}
        {{ parse_date(column) }}
    {%- elif data_type == 'boolean' -%}
        {{ parse_boolean(column) }}
    {%- elif data_type == 'varchar[]' -%}
        {{ parse_list(column) }}
    {%- else -%}
        {{ parse_number(column, data_type) }}
    {%- endif -%}
{%- endmacro %}
