{% macro duckdb__vendor_wall_clock(text, vendor) -%}
    {%- set order = var('vendor_dates').get(vendor, {}).get('order') -%}
    {%- set day = {none: none, 'day_first': '%d/%m/%Y', 'month_first': '%m/%d/%Y'}.get(order, 'unknown') -%}
    {%- if day == 'unknown' -%}
        {{ exceptions.raise_compiler_error(
            "the var vendor_dates says of " ~ vendor ~ " that the order is " ~ order
            ~ "; say day_first or month_first") }}
    {%- endif -%}
    case
        when regexp_matches({{ text }}, '^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$')
            then try_cast({{ text }} as timestamp)
        {%- if day %}
        -- Words are kept away, because try_strptime takes infinity for 1 January 1900.
        when regexp_matches({{ text }}, '^\d+/')
            then try_strptime({{ text }}, [
                {%- for clock in ('', ' %H:%M', ' %H:%M:%S', ' %I:%M %p', ' %I:%M:%S %p') -%}
                '{{ day }}{{ clock }}'{{ ', ' if not loop.last }}
                {%- endfor -%}
            ])
        {%- endif %}
    end
{%- endmacro %}
