{% macro last_batch_was_stopped() -%}
    {%- set findings = load_relation(api.Relation.create(
        database=this.database, schema=this.schema, identifier='batch_findings'
    )) if execute -%}
    {{ return(findings is not none and execute
        and run_query('select 1 from ' ~ findings ~ ' where stops limit 1').rows | length > 0) }}
{%- endmacro %}
