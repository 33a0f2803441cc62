{% macro state_tables() -%}
    {%- set schema = customer_segments.state_schema() -%}
    create schema if not exists {{ schema }};
    create table if not exists {{ schema }}.model_days (model varchar, day date);
    create table if not exists {{ schema }}.unfinished_days (day date);
    alter table {{ schema }}.unfinished_days add column if not exists last_fit integer;
    alter table {{ schema }}.unfinished_days add column if not exists last_choice integer
{%- endmacro %}

{#- That of the history: the project's own may be full of other tables. -#}
{% macro state_schema() -%}
    {{ return(graph.nodes['model.customer_segments.segment_history'].schema) }}
{%- endmacro %}
