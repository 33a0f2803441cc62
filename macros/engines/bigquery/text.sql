{#- Not verified here: compare the published tables with DuckDB's, row by row, before you rely on it; docs/engines.md says how. -#}

{#- A backslash in a literal begins another character. -#}
{% macro bigquery__text_literal(text) -%}
    {{ return(customer_segments.default__text_literal(text | replace('\\', '\\\\'))) }}
{%- endmacro %}

{#- RE2, as on DuckDB. -#}
{% macro bigquery__pattern(expression) -%}
    {{ customer_segments.text_literal(expression | replace("''", "'")) }}
{%- endmacro %}

{% macro bigquery__matches(text, expression, any_case=false) -%}
    regexp_contains({{ text }}, {{ customer_segments.pattern(('(?i)' if any_case else '') ~ expression) }})
{%- endmacro %}

{#- BigQuery gives the group, where there is one. -#}
{% macro bigquery__first_match(text, expression) -%}
    nullif(regexp_extract({{ text }}, {{ customer_segments.pattern('(' ~ modules.re.sub('(?<!\\\\)\\((?!\\?)', '(?:', expression) ~ ')') }}), '')
{%- endmacro %}

{% macro bigquery__replace_matches(text, expression, by) -%}
    regexp_replace({{ text }}, {{ customer_segments.pattern(expression) }}, {{ customer_segments.text_literal(by) }})
{%- endmacro %}

{% macro bigquery__composed(text) -%}
    normalize({{ text }}, nfc)
{%- endmacro %}

{% macro bigquery__clean_text(column) -%}
    nullif(trim({{ column }}, ' \t\n\r\u00A0'), '')
{%- endmacro %}

{% macro bigquery__slug(column) -%}
    nullif(trim(regexp_replace(
        translate(
            replace(replace(replace(
                regexp_replace(normalize(lower({{ column }}), nfd), {{ customer_segments.pattern('\\p{M}') }}, ''),
                'ß', 'ss'), 'œ', 'oe'), 'æ', 'ae'
            ),
            'øłđ', 'old'
        ),
        '[^a-z0-9]+', '_'
    ), '_'), '')
{%- endmacro %}

{% macro bigquery__sha256_of(column) -%}
    to_hex(sha256({{ column }}))
{%- endmacro %}

{% macro bigquery__row_hash(columns) -%}
    farm_fingerprint(to_json_string(struct({{ columns | join(', ') }})))
{%- endmacro %}
