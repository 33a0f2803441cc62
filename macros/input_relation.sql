{% macro input_relation(way) -%}
    {%- if way.source -%}
        {{ return(source(way.source[0], way.source[1])) }}
    {%- elif way.ref is string -%}
        {{ return(ref(project_name, way.ref)) }}
    {%- endif -%}
    {{ return(ref(way.ref[0], way.ref[1])) }}
{%- endmacro %}
