{#- Not verified here: compare the published tables with DuckDB's, row by row, before you rely on it; docs/engines.md says how. -#}

{#- A backslash in a literal begins another character. -#}
{% macro spark__text_literal(text) -%}
    {{ return(customer_segments.default__text_literal(text | replace('\\', '\\\\'))) }}
{%- endmacro %}

{#- Java's $ is before a last line break, too. -#}
{% macro spark__pattern(expression) -%}
    {{ customer_segments.text_literal(
        modules.re.sub('(?<!\\\\)\\$(?=[|)]|$)', '\\\\z', expression | replace("''", "'"))
    ) }}
{%- endmacro %}

{% macro spark__matches(text, expression, any_case=false) -%}
    ({{ text }}) rlike {{ customer_segments.pattern(('(?iu)' if any_case else '') ~ expression) }}
{%- endmacro %}

{% macro spark__first_match(text, expression) -%}
    nullif(regexp_extract({{ text }}, {{ customer_segments.pattern(expression) }}, 0), '')
{%- endmacro %}

{% macro spark__replace_matches(text, expression, by) -%}
    regexp_replace({{ text }}, {{ customer_segments.pattern(expression) }}, '{{ by | replace('\\1', '$1') }}')
{%- endmacro %}

{#- No text of characters below U+0300 has another composed form; Spark has no function for the others. -#}
{% macro spark__composed(text) -%}
    case
        when ({{ text }}) is null or ({{ text }}) rlike '^[\\x{0}-\\x{2FF}]*\\z' then {{ text }}
        else raise_error('a text has characters that Spark has no function to compose (Unicode NFC): compose it in a model of your own')
    end
{%- endmacro %}

{% macro spark__clean_text(column) -%}
    nullif(trim(both ' \t\n\r{{ '\u00A0' }}' from {{ column }}), '')
{%- endmacro %}

{#- Accents by a list of letters and marks, for want of normalization. -#}
{% macro spark__slug(column) -%}
    {%- set accented = 'àáâãäåçèéêëìíîïñòóôõöùúûüýÿāăąćĉċčďēĕėęěĝğġģĥĩīĭįĵķĺļľńņňōŏőŕŗřśŝşšţťũūŭůűųŵŷźżžơưǎǐǒǔǖǘǚǜǟǡǧǩǫǭǰǵǹǻȁȃȅȇȉȋȍȏȑȓȕȗșțȟȧȩȫȭȯȱȳḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕẖẗẘẙạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ' -%}
    {%- set plain = 'aaaaaaceeeeiiiinooooouuuuyyaaaccccdeeeeegggghiiiijklllnnnooorrrssssttuuuuuuwyzzzouaiouuuuuaagkoojgnaaaeeiioorruusthaeooooyabbbcdddddeeeeefghhhhhiikkkllllmmmnnnnoooopprrrrsssssttttuuuuuvvwwwwwxxyzzzhtwyaaaaaaaaaaaaeeeeeeeeiioooooooooooouuuuuuuyyyy' -%}
    {#- What has no counterpart is taken away. -#}
    {%- set marks = '\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030A\u030B\u030C\u030D\u030E\u030F\u0310\u0311\u0312\u0313\u0314\u0315\u0316\u0317\u0318\u0319\u031A\u031B\u031C\u031D\u031E\u031F\u0320\u0321\u0322\u0323\u0324\u0325\u0326\u0327\u0328\u0329\u032A\u032B\u032C\u032D\u032E\u032F\u0330\u0331\u0332\u0333\u0334\u0335\u0336\u0337\u0338\u0339\u033A\u033B\u033C\u033D\u033E\u033F\u0340\u0341\u0342\u0343\u0344\u0345\u0346\u0347\u0348\u0349\u034A\u034B\u034C\u034D\u034E\u034F\u0350\u0351\u0352\u0353\u0354\u0355\u0356\u0357\u0358\u0359\u035A\u035B\u035C\u035D\u035E\u035F\u0360\u0361\u0362\u0363\u0364\u0365\u0366\u0367\u0368\u0369\u036A\u036B\u036C\u036D\u036E\u036F' -%}
    nullif(trim(both '_' from regexp_replace(
        translate(
            replace(replace(replace(lower({{ column }}), 'ß', 'ss'), 'œ', 'oe'), 'æ', 'ae'),
            'øłđ{{ accented }}{{ marks }}', 'old{{ plain }}'
        ),
        '[^a-z0-9]+', '_'
    )), '')
{%- endmacro %}

{% macro spark__sha256_of(column) -%}
    sha2({{ column }}, 256)
{%- endmacro %}

{% macro spark__row_hash(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}
