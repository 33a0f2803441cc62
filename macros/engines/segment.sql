{#- Not verified here: compare the published tables with DuckDB's, row by row, before you rely on it; docs/engines.md says how. -#}

{#- One view after the other, since not every engine takes two statements at once. -#}
{% materialization segment, default -%}
    {%- do customer_segments.need_segment_settings() -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set segment = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks) }}
    {%- if existing is not none and not existing.is_view -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- if config.get('contract').enforced -%}
        {{ get_assert_columns_equivalent(sql) }}
    {%- endif -%}
    {%- call statement('matched_contacts') -%}
        create or replace view {{ customer_segments.matched_contacts(this.identifier).render() }} as
        {{ sql }}
    {%- endcall -%}
    {%- call statement('main') -%}
        create or replace view {{ segment }} as
        {{ customer_segments.members_of_segment() }}
    {%- endcall -%}
    {%- do persist_docs(segment, model) -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [segment]}) }}
{%- endmaterialization %}
