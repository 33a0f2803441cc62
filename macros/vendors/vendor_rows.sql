{% macro vendor_rows(vendor, file) -%}
    {#- The source is where the file's names and columns are declared; the call makes it an ancestor. -#}
    {%- do source(vendor, file) -%}
    ({{ customer_segments.loaded_rows(vendor ~ '_' ~ file, by_name=true) }}) as {{ vendor }}_{{ file }}
{%- endmacro %}
