{% macro keeps_days() -%}
    {{ return(['segment_history', 'segment_days', 'split_segment_days']) }}
{%- endmacro %}
