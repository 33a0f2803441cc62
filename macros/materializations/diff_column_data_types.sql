{% macro duckdb__diff_column_data_types(source_columns, target_columns) -%}
    {%- set differences = [] -%}
    {%- for difference in dbt.default__diff_column_data_types(source_columns, target_columns) -%}
        {%- set target = target_columns | selectattr('name', 'equalto', difference.column_name) | first -%}
        {%- if target.expanded_data_type | lower != difference.new_type | lower -%}
            {%- do differences.append(difference) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(differences) }}
{%- endmacro %}
