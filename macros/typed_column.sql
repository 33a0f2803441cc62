{% macro typed_column(relation, given, wanted) -%}
    {%- set kind = customer_segments.type_family(given.data_type) -%}
    {%- set needed = customer_segments.type_family(wanted.data_type) -%}
    {%- set fits = {'text': ['text', 'number'], 'timestamp': ['timestamp', 'instant', 'date']}.get(needed, [needed]) -%}
    {%- if kind not in fits -%}
        {{ exceptions.raise_compiler_error(
            relation ~ "." ~ given.name ~ " is " ~ given.data_type ~ ", and " ~ model.name ~ " needs " ~ wanted.data_type
            ~ "; cast it in a model of your own, and name that in the var inputs") }}
    {%- endif -%}
    {%- if needed == 'text' -%}
        {{ customer_segments.clean_text('cast(' ~ adapter.quote(given.name) ~ ' as ' ~ dbt.type_string() ~ ')') }}
    {%- elif kind == 'instant' -%}
        {{ customer_segments.instant_in_utc(adapter.quote(given.name)) }}
    {%- else -%}
        cast({{ adapter.quote(given.name) }} as {{ wanted.data_type }})
    {%- endif -%}
{%- endmacro %}

{% macro type_family(data_type) -%}
    {%- set kind = data_type | lower -%}
    {%- if kind.endswith('[]') -%} {{ return('list') }}
    {%- elif kind.startswith('timestamp') and 'with time zone' in kind or kind.startswith(('timestamptz', 'timestamp_tz', 'timestamp_ltz')) -%} {{ return('instant') }}
    {%- elif kind.startswith(('timestamp', 'datetime')) -%} {{ return('timestamp') }}
    {%- elif kind == 'date' -%} {{ return('date') }}
    {%- elif kind.startswith('bool') -%} {{ return('boolean') }}
    {%- elif kind.startswith(('varchar', 'text', 'string', 'character')) -%} {{ return('text') }}
    {%- elif kind.startswith(('decimal', 'numeric', 'number', 'double', 'float', 'real')) or 'int' in kind -%} {{ return('number') }}
    {%- endif -%}
    {{ return(kind) }}
{%- endmacro %}
