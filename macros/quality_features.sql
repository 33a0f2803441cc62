{% macro quality_features() -%}
    {{ return([
        'days_since_order', 'order_count', 'average_order_amount', 'open_rate', 'click_rate',
        'page_view_count', 'tenure_days', 'age'
    ]) }}
{%- endmacro %}
