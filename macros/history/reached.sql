{% macro reached(ids, steps) -%}
    {%- set found = {} -%}
    {%- set waiting = ids | list -%}
    {%- for id in waiting -%}
        {%- for next in steps.get(id, []) if next not in found -%}
            {%- do found.update({next: true}) -%}
            {%- do waiting.append(next) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
