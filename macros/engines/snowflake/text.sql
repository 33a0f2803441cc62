{#- Not verified here: compare the published tables with DuckDB's, row by row, before you rely on it; docs/engines.md says how. -#}

{#- A backslash in a literal begins another character. -#}
{% macro snowflake__text_literal(text) -%}
    {{ return(customer_segments.default__text_literal(text | replace('\\', '\\\\'))) }}
{%- endmacro %}

{#- JavaScript's, with the classes of Unicode: Snowflake's own expressions have none, nor has it normalization. -#}
{% macro snowflake__pattern(expression) -%}
    {{ customer_segments.text_literal(expression | replace("''", "'") | replace('\\x{', '\\u{')) }}
{%- endmacro %}

{% macro snowflake_function(name) -%}
    {{ customer_segments.state_schema() ~ '.' if execute }}segments_{{ name }}
{%- endmacro %}

{% macro snowflake__prepare_engine() -%}
    {%- if execute -%}
        {%- do run_query('create schema if not exists ' ~ customer_segments.state_schema()) -%}
        {%- for function, body in {
            'matches(t varchar, e varchar, f varchar) returns boolean': 'return new RegExp(E, F).test(T);',
            'first_match(t varchar, e varchar) returns varchar': "var m = T.match(new RegExp(E, 'u')); return m ? m[0] : null;",
            'replaced(t varchar, e varchar, b varchar) returns varchar': "return T.replace(new RegExp(E, 'gu'), B);",
            'all_matches(t varchar, e varchar) returns array': "return T.match(new RegExp(E, 'gu')) || [];",
            'normalized(t varchar, f varchar) returns varchar': 'return T.normalize(F);',
        }.items() -%}
            {%- do run_query(
                'create or replace function ' ~ customer_segments.snowflake_function(function)
                ~ ' language javascript strict immutable as $$ ' ~ body ~ ' $$'
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{% macro snowflake__matches(text, expression, any_case=false) -%}
    {{ customer_segments.snowflake_function('matches') }}({{ text }}, {{ customer_segments.pattern(expression) }}, '{{ 'iu' if any_case else 'u' }}')
{%- endmacro %}

{% macro snowflake__first_match(text, expression) -%}
    nullif({{ customer_segments.snowflake_function('first_match') }}({{ text }}, {{ customer_segments.pattern(expression) }}), '')
{%- endmacro %}

{% macro snowflake__replace_matches(text, expression, by) -%}
    {{ customer_segments.snowflake_function('replaced') }}({{ text }}, {{ customer_segments.pattern(expression) }}, '{{ by | replace('\\1', '$1') }}')
{%- endmacro %}

{% macro snowflake__composed(text) -%}
    {{ customer_segments.snowflake_function('normalized') }}({{ text }}, 'NFC')
{%- endmacro %}

{% macro snowflake__clean_text(column) -%}
    nullif(trim({{ column }}, ' \t\n\r\u00A0'), '')
{%- endmacro %}

{% macro snowflake__slug(column) -%}
    {%- set decomposed = customer_segments.snowflake_function('normalized') ~ '(lower(' ~ column ~ "), 'NFD')" -%}
    nullif(trim(regexp_replace(
        translate(
            replace(replace(replace({{ customer_segments.replace_matches(decomposed, '\\p{M}') }}, 'ß', 'ss'), 'œ', 'oe'), 'æ', 'ae'),
            'øłđ', 'old'
        ),
        '[^a-z0-9]+', '_'
    ), '_'), '')
{%- endmacro %}

{% macro snowflake__sha256_of(column) -%}
    sha2({{ column }}, 256)
{%- endmacro %}

{% macro snowflake__row_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}
