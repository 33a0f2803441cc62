{#- dbt's own run_hooks begins a transaction, in which no other may begin. -#}
{% macro run_hooks_alone(hooks) -%}
    {%- for hook in hooks -%}
        {%- set words = render(hook.sql) | trim -%}
        {%- if words -%}{%- do run_query(words) -%}{%- endif -%}
    {%- endfor -%}
{%- endmacro %}
