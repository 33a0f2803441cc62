{% macro cluster_features() -%}
    {%- set features = [
        'order_count', 'order_recency', 'average_order_amount', 'average_item_count', 'open_rate', 'click_rate',
        'session_count', 'download_count', 'demo_request_count', 'support_case_count', 'email_frequency', 'age',
        'is_female', 'is_male', 'is_company',
    ] -%}
    {%- for preference_type in ['category', 'topic', 'interest'] -%}
        {%- for number in range(1, 11) -%}{%- do features.append(preference_type ~ '_' ~ number) -%}{%- endfor -%}
    {%- endfor -%}
    {{ return(features) }}
{%- endmacro %}
