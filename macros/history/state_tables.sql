{% macro state_tables() -%}
    create table if not exists {{ target.schema }}.model_days (model varchar, day date);
    create table if not exists {{ target.schema }}.unfinished_days (day date)
{%- endmacro %}
