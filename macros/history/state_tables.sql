{% macro state_tables() -%}
    create table if not exists {{ target.schema }}.model_days (model varchar, day date);
    create table if not exists {{ target.schema }}.unfinished_days (day date);
    alter table {{ target.schema }}.unfinished_days add column if not exists last_fit integer;
    alter table {{ target.schema }}.unfinished_days add column if not exists last_choice integer
{%- endmacro %}
