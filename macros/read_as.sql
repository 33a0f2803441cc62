{% macro read_as(column, data_type) -%}
    {%- if data_type == 'varchar' -%}
        {{ customer_segments.clean_text(column) }}
    {%- elif data_type == 'timestamp' -%}
        {{ customer_segments.parse_timestamp(column) }}
    {%- elif data_type == 'date' -%}
        {{ customer_segments.parse_date(column) }}
    {%- elif data_type == 'boolean' -%}
        {{ customer_segments.parse_boolean(column) }}
    {%- elif data_type == 'varchar[]' -%}
        {{ customer_segments.parse_list(column) }}
    {%- else -%}
        {{ customer_segments.parse_number(column, data_type) }}
    {%- endif -%}
{%- endmacro %}
