{% macro last_good_figure() -%}
    {%- set findings = load_relation(api.Relation.create(
        database=this.database, schema=this.schema, identifier='batch_findings'
    )) if execute -%}
    {%- if findings and run_query('select 1 from ' ~ findings ~ ' where stops limit 1').rows | length -%}
        figure_before
    {%- else -%}
        figure
    {%- endif -%}
{%- endmacro %}
