{% macro postgres__addresses_in(column) -%}
    case
        when {{ column }} is not null then array(
            select found.address[1]
            from regexp_matches(lower({{ customer_segments.half_width(column) }}), {{ customer_segments.address_pattern() }}, 'g') as found (address)
        )
    end
{%- endmacro %}

{% macro postgres__collect_list(column) -%}
    array_agg(distinct {{ column }} order by {{ column }}) filter (where {{ column }} is not null)
{%- endmacro %}

{% macro postgres__list_has(column, value) -%}
    coalesce('{{ value | replace("'", "''") }}' = any({{ column }}), false)
{%- endmacro %}

{% macro postgres__list_items(column) -%}
    unnest({{ column }})
{%- endmacro %}

{#- Lists as text: an array of arrays has none that differ in length. -#}
{% macro postgres__first_known(column, window, data_type=none) -%}
    {%- set value = 'cast(' ~ column ~ ' as text)' if data_type else column -%}
    {%- set first = '(array_agg(' ~ value ~ ') filter (where ' ~ column ~ ' is not null) over ' ~ window ~ ')[1]' -%}
    {{ 'cast(' ~ first ~ ' as ' ~ data_type ~ ')' if data_type else first }}
{%- endmacro %}
