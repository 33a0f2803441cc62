{% macro say_problems(results) -%}
    {%- set guards = ['declarations_are_sound', 'no_batch_breaks_its_contract_or_looks_odd'] -%}
    {%- for result in results if result.node.name in guards and result.status | string == 'fail' -%}
        {%- for problem in run_query(result.node.compiled_code).rows -%}
            {{ log(problem[0], info=true) }}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}
