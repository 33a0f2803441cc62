{% macro need_whole_number(of, argument, given, least, reason='') -%}
    {%- if given is not integer or given < least -%}
        {%- do exceptions.raise_compiler_error(
            of ~ ': ' ~ argument ~ ' is ' ~ given ~ '; give a whole number, ' ~ least ~ ' or more' ~ reason
        ) -%}
    {%- endif -%}
{%- endmacro %}
