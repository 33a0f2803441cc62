{% macro read_vendor_timestamp(text, vendor) -%}
    {{ return(adapter.dispatch('read_vendor_timestamp')(text, vendor)) }}
{%- endmacro %}

{% macro duckdb__read_vendor_timestamp(text, vendor) -%}
    {%- set cleaned = clean_text(text) -%}
    {%- set timezone = var('vendor_dates').get(vendor, {}).get('timezone', 'UTC') -%}
    {%- set parsed -%}
        case
            -- No second before the year 5138 has twelve digits, no millisecond since 1973 has fewer.
            when regexp_matches({{ cleaned }}, '^\d{9,11}$') then make_timestamp(cast({{ cleaned }} as bigint) * 1000000)
            when regexp_matches({{ cleaned }}, '^\d{12,14}$') then make_timestamp(cast({{ cleaned }} as bigint) * 1000)
            when regexp_matches({{ cleaned }}, '^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}.*([Zz]|UTC|[+-]\d{2}(:?\d{2})?)$')
                then timezone('UTC', try_cast(
                    -- DuckDB asks for seconds before an offset and takes no blank there.
                    regexp_replace(
                        replace(upper({{ cleaned }}), 'UTC', 'Z'),
                        '^(.{10})[T ](\d{2}:\d{2})(:\d{2})?(\.\d+)? ?(Z|[+-].*)$',
                        concat('\1 \2', case when regexp_matches({{ cleaned }}, '^.{16}:') then '\3\4' else ':00' end, '\5')
                    ) as timestamptz
                ))
            else timezone('UTC', timezone('{{ timezone }}', {{ duckdb__vendor_wall_clock(cleaned, vendor) }}))
        end
    {%- endset -%}
    case when {{ parsed }} >= timestamp '1900-01-01' then {{ parsed }} end
{%- endmacro %}
