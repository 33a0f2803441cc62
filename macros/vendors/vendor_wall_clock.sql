{% macro duckdb__vendor_wall_clock(text, vendor) -%}
    {%- set order = var('vendor_dates').get(vendor, {}).get('order') -%}
    {%- if order not in (none, 'day_first', 'month_first') -%}
        {{ exceptions.raise_compiler_error(
            "the var vendor_dates says of " ~ vendor ~ " that the order is " ~ order
            ~ "; say day_first or month_first") }}
    {%- endif -%}
    {%- set formats = ['%Y-%m-%d', '%Y-%m-%d %H:%M', '%Y-%m-%d %H:%M:%S', '%Y-%m-%dT%H:%M:%S', '%Y-%m-%dT%H:%M:%S.%g'] -%}
    {%- set day = {'day_first': '%d/%m/%Y', 'month_first': '%m/%d/%Y'}.get(order) -%}
    {%- if day -%}
        {%- for clock in ('', ' %H:%M', ' %H:%M:%S', ' %I:%M %p', ' %I:%M:%S %p') -%}
            {%- do formats.append(day ~ clock) -%}
        {%- endfor -%}
    {%- endif -%}
    {#- try_strptime takes words such as infinity for 1 January 1900. -#}
    case when regexp_matches({{ text }}, '^\d') then try_strptime({{ text }}, ['{{ formats | join("', '") }}']) end
{%- endmacro %}
