{#- Classes of Unicode by ranges, where PostgreSQL has no name for them; its letters and digits are those of the locale. -#}
{% macro postgres__pattern(expression) -%}
    {%- set written = namespace(text=expression) -%}
    {%- for class, ranges in {
        '\\p{L}': '[:alpha:]',
        '\\p{N}': '[:digit:]\\u00B2\\u00B3\\u00B9\\u00BC-\\u00BE\\u2070-\\u2079\\u2080-\\u2089\\u2150-\\u2189\\u2460-\\u249B\\uFF10-\\uFF19',
        '\\p{M}': '\\u0300-\\u036F\\u0483-\\u0489\\u0591-\\u05BD\\u0610-\\u061A\\u064B-\\u065F\\u06D6-\\u06DC\\u0900-\\u0903\\u093A-\\u093C\\u093E-\\u094F\\u0E31\\u0E34-\\u0E3A\\u0E47-\\u0E4E\\u1AB0-\\u1AFF\\u1DC0-\\u1DFF\\u20D0-\\u20F0\\u302A-\\u302F\\u3099\\u309A\\uFE00-\\uFE0F\\uFE20-\\uFE2F',
        '\\p{Z}': ' \\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000',
        '\\p{Cc}': '\\u0001-\\u001F\\u007F-\\u009F',
        '\\p{Cf}': '\\u00AD\\u0600-\\u0605\\u061C\\u06DD\\u070F\\u08E2\\u180E\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u2064\\u2066-\\u206F\\uFEFF\\uFFF9-\\uFFFB\\U000E0001\\U000E0020-\\U000E007F',
    }.items() -%}
        {%- set written.text = written.text | replace(class, ranges) -%}
    {%- endfor -%}
    {%- set written.text = modules.re.sub('\\\\x\\{([0-9A-F]{4})\\}', '\\\\u\\1', written.text) -%}
    '{{ modules.re.sub('\\\\x\\{([0-9A-F]{5})\\}', '\\\\U000\\1', written.text) }}'
{%- endmacro %}

{% macro postgres__matches(text, expression, any_case=false) -%}
    ({{ text }}) {{ '~*' if any_case else '~' }} {{ customer_segments.pattern(expression) }}
{%- endmacro %}

{% macro postgres__first_match(text, expression) -%}
    nullif(regexp_substr({{ text }}, {{ customer_segments.pattern(expression) }}), '')
{%- endmacro %}

{% macro postgres__composed(text) -%}
    normalize({{ text }}, nfc)
{%- endmacro %}

{% macro postgres__clean_text(column) -%}
    nullif(btrim({{ column }}, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '')
{%- endmacro %}

{% macro postgres__slug(column) -%}
    nullif(btrim(regexp_replace(
        translate(
            replace(replace(replace(
                regexp_replace(normalize(lower({{ column }}), nfd), '[\u0300-\u036F]', '', 'g'),
                'ß', 'ss'), 'œ', 'oe'), 'æ', 'ae'
            ),
            'øłđ', 'old'
        ),
        '[^a-z0-9]+', '_', 'g'
    ), '_'), '')
{%- endmacro %}

{% macro postgres__sha256_of(column) -%}
    encode(sha256(convert_to({{ column }}, 'UTF8')), 'hex')
{%- endmacro %}

{% macro postgres__row_hash(columns) -%}
    hash_record_extended(row({{ columns | join(', ') }}), 0)
{%- endmacro %}
