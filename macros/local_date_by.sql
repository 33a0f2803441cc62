{% macro local_date_by(utc_days, moment) -%}
    case
        when {{ utc_days }}.is_constant then cast({{ moment }} + {{ utc_days }}.utc_offset as date)
        else {{ customer_segments.local_date(moment) }}
    end
{%- endmacro %}
