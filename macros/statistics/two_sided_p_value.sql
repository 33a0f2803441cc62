{% macro two_sided_p_value(z) -%}
    {%- set x = 'abs(' ~ z ~ ')' -%}
    {%- set numerator = [
        '3.52624965998911e-2', '0.700383064443688e0', '6.37396220353165e0', '33.912866078383e0',
        '112.079291497871e0', '221.213596169931e0', '220.206867912376e0',
    ] -%}
    {%- set denominator = [
        '8.83883476483184e-2', '1.75566716318264e0', '16.064177579207e0', '86.7807322029461e0',
        '296.564248779674e0', '637.333633378831e0', '793.826512519948e0', '440.413735824752e0',
    ] -%}
    {#- Two polynomials in x by Horner's scheme. -#}
    2 * {{ customer_segments.exponential('-' ~ x ~ ' * ' ~ x ~ ' / 2') }}
    * ({{ '(' * (numerator | length - 1) }}{{ numerator | join(') * ' ~ x ~ ' + ') }})
    / ({{ '(' * (denominator | length - 1) }}{{ denominator | join(') * ' ~ x ~ ' + ') }})
{%- endmacro %}
