{% materialization segment, adapter='duckdb' -%}
    {%- do customer_segments.need_segment_settings() -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set segment = this.incorporate(type='view') -%}
    {%- set matched = customer_segments.matched_contacts(this.identifier).render() -%}
    {%- do customer_segments.run_hooks_alone(pre_hooks) -%}
    {%- if existing is not none and not existing.is_view -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- if config.get('contract').enforced -%}
        {{ get_assert_columns_equivalent(sql) }}
    {%- endif -%}
    {%- call statement('main', auto_begin=False) -%}
        begin;
        create or replace view {{ matched }} as (
            {{ sql }}
        );
        create or replace view {{ segment }} as (
            {{ customer_segments.members_of_segment() }}
        );
        {{ customer_segments.comments(segment) }}
        commit;
    {%- endcall -%}
    {%- do customer_segments.run_hooks_alone(post_hooks) -%}
    {{ return({'relations': [segment]}) }}
{%- endmaterialization %}

{#- Rendered by itself: with --empty a ref is a sub-select, of which no view can be made. -#}
{% macro members_of_segment() -%}
    select contact_id
    from (
        {{ customer_segments.members_after_manual_changes(
            "(select contact_id, '" ~ this.identifier ~ "' as segment from "
            ~ customer_segments.matched_contacts(this.identifier).render() ~ ")",
            "(select * from " ~ ref('int_segment_manual_changes') ~ " where segment = '" ~ this.identifier ~ "')"
        ) }}
    ) as members
{%- endmacro %}
