{% macro read_vendor_timestamp(text, vendor) -%}
    {{ return(adapter.dispatch('read_vendor_timestamp', 'customer_segments')(text, vendor)) }}
{%- endmacro %}

{% macro duckdb__read_vendor_timestamp(text, vendor) -%}
    {%- set cleaned = customer_segments.clean_text(text) -%}
    {%- set timezone = var('vendor_dates').get(vendor, {}).get('timezone', 'UTC') -%}
    {%- set wall_clock = duckdb__vendor_wall_clock(cleaned, vendor) -%}
    {#- A blank before an offset makes DuckDB look for the name of a timezone, which takes a hundred times as long. -#}
    {%- set iso = "replace(replace(replace(upper(" ~ cleaned ~ "), ' UTC', 'Z'), ' +', '+'), ' -', '-')" -%}
    {#- What is before 1900 is none; a case would read every text twice. -#}
    nullif(greatest(
        case
            when regexp_matches({{ cleaned }}, '^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}.*([Zz]|UTC|[+-]\d{2}(:?\d{2})?)$')
                then timezone('UTC', coalesce(
                    try_cast({{ iso }} as timestamptz),
                    -- DuckDB asks for seconds before an offset.
                    try_cast(regexp_replace({{ iso }}, '^(.{16})(Z|[+-].*)$', '\1:00\2') as timestamptz)
                ))
            -- No second before the year 5138 has twelve digits, no millisecond since 1973 has fewer.
            when regexp_matches({{ cleaned }}, '^\d{9,11}$') then make_timestamp(cast({{ cleaned }} as bigint) * 1000000)
            when regexp_matches({{ cleaned }}, '^\d{12,14}$') then make_timestamp(cast({{ cleaned }} as bigint) * 1000)
            {%- if timezone == 'UTC' %}
            else {{ wall_clock }}
            {%- else %}
            else timezone('UTC', timezone('{{ timezone }}', {{ wall_clock }}))
            {%- endif %}
        end,
        timestamp '1899-12-31 23:59:59.999999'
    ), timestamp '1899-12-31 23:59:59.999999')
{%- endmacro %}
