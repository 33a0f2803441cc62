{#- Not verified here: compare the published tables with DuckDB's, row by row, before you rely on it; docs/engines.md says how. -#}

{#- A backslash in a literal begins another character. -#}
{% macro redshift__text_literal(text) -%}
    {{ return(customer_segments.default__text_literal(text | replace('\\', '\\\\'))) }}
{%- endmacro %}

{#- Its classes know ASCII only: https://docs.aws.amazon.com/redshift/latest/dg/pattern-matching-conditions-posix.html -#}
{% macro redshift__pattern(expression) -%}
    {%- if modules.re.search('[^ -~]|\\\\[pPx]', expression) -%}
        {{ customer_segments.not_on_this_engine('pattern', 'its regular expressions know letters of ASCII only') }}
    {%- endif -%}
    {{ customer_segments.text_literal(expression | replace("''", "'")) }}
{%- endmacro %}

{% macro redshift__matches(text, expression, any_case=false) -%}
    regexp_instr({{ text }}, {{ customer_segments.pattern(expression) }}, 1, 1, 0, '{{ 'ip' if any_case else 'p' }}') > 0
{%- endmacro %}

{% macro redshift__first_match(text, expression) -%}
    nullif(regexp_substr({{ text }}, {{ customer_segments.pattern(expression) }}, 1, 1, 'p'), '')
{%- endmacro %}

{% macro redshift__replace_matches(text, expression, by) -%}
    regexp_replace({{ text }}, {{ customer_segments.pattern(expression) }}, '{{ by | replace('\\1', '$1') }}', 1, 'p')
{%- endmacro %}

{% macro redshift__composed(text) -%}
    {{ customer_segments.not_on_this_engine('composed', 'it has no function to compose texts (Unicode NFC)') }}
{%- endmacro %}

{% macro redshift__clean_text(column) -%}
    nullif(btrim({{ column }}, ' ' || chr(9) || chr(10) || chr(13) || '{{ '\u00A0' }}'), '')
{%- endmacro %}

{#- Accents by a list of letters and marks, for want of normalization. -#}
{% macro redshift__slug(column) -%}
    {%- set accented = 'àáâãäåçèéêëìíîïñòóôõöùúûüýÿāăąćĉċčďēĕėęěĝğġģĥĩīĭįĵķĺļľńņňōŏőŕŗřśŝşšţťũūŭůűųŵŷźżžơưǎǐǒǔǖǘǚǜǟǡǧǩǫǭǰǵǹǻȁȃȅȇȉȋȍȏȑȓȕȗșțȟȧȩȫȭȯȱȳḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕẖẗẘẙạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ' -%}
    {%- set plain = 'aaaaaaceeeeiiiinooooouuuuyyaaaccccdeeeeegggghiiiijklllnnnooorrrssssttuuuuuuwyzzzouaiouuuuuaagkoojgnaaaeeiioorruusthaeooooyabbbcdddddeeeeefghhhhhiikkkllllmmmnnnnoooopprrrrsssssttttuuuuuvvwwwwwxxyzzzhtwyaaaaaaaaaaaaeeeeeeeeiioooooooooooouuuuuuuyyyy' -%}
    {#- What has no counterpart is taken away. -#}
    {%- set marks = '\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030A\u030B\u030C\u030D\u030E\u030F\u0310\u0311\u0312\u0313\u0314\u0315\u0316\u0317\u0318\u0319\u031A\u031B\u031C\u031D\u031E\u031F\u0320\u0321\u0322\u0323\u0324\u0325\u0326\u0327\u0328\u0329\u032A\u032B\u032C\u032D\u032E\u032F\u0330\u0331\u0332\u0333\u0334\u0335\u0336\u0337\u0338\u0339\u033A\u033B\u033C\u033D\u033E\u033F\u0340\u0341\u0342\u0343\u0344\u0345\u0346\u0347\u0348\u0349\u034A\u034B\u034C\u034D\u034E\u034F\u0350\u0351\u0352\u0353\u0354\u0355\u0356\u0357\u0358\u0359\u035A\u035B\u035C\u035D\u035E\u035F\u0360\u0361\u0362\u0363\u0364\u0365\u0366\u0367\u0368\u0369\u036A\u036B\u036C\u036D\u036E\u036F' -%}
    nullif(btrim(regexp_replace(
        translate(
            replace(replace(replace(lower({{ column }}), 'ß', 'ss'), 'œ', 'oe'), 'æ', 'ae'),
            'øłđ{{ accented }}{{ marks }}', 'old{{ plain }}'
        ),
        '[^a-z0-9]+', '_'
    ), '_'), '')
{%- endmacro %}

{% macro redshift__sha256_of(column) -%}
    sha2({{ column }}, 256)
{%- endmacro %}

{#- A text, in which NULL is like an empty one: rows of one hash are compared with each other afterwards. -#}
{% macro redshift__row_hash(columns) -%}
    md5(coalesce(cast({{ columns | join(" as varchar), '') || '|' || coalesce(cast(") }} as varchar), ''))
{%- endmacro %}
