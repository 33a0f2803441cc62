{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set table = this.incorporate(type='table') -%}
    {%- set draft = make_intermediate_relation(table) -%}
    {%- set put_in_place -%}
        {%- if existing is not none -%}
            drop {{ existing.type }} {{ existing }};
        {%- endif %}
        alter table {{ draft }} rename to {{ adapter.quote(table.identifier) }};
        {{ customer_segments.comments(table) }}
    {%- endset -%}
    {%- if model.language == 'python' -%}
        {%- call statement('main', language='python') -%}
            {{- create_table_as(False, draft, compiled_code, 'python') }}
        {%- endcall -%}
        {%- call statement('put_in_place', auto_begin=False) -%}
            begin;
            {{ put_in_place }}
            commit;
        {%- endcall -%}
    {%- else -%}
        {%- call statement('main', auto_begin=False) -%}
            begin;
            {{ create_table_as(False, draft, compiled_code) }}
            {{ put_in_place }}
            commit;
        {%- endcall -%}
    {%- endif -%}
    {{ return({'relations': [table]}) }}
{%- endmaterialization %}
