{% macro matched_contacts(segment) -%}
    {{ return(ref('int_segment_manual_changes').incorporate(path={'identifier': 'matched_' ~ segment}, type='view')) }}
{%- endmacro %}
