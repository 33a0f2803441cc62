{{ config(materialized='view') }}

-- A view: with hundreds of segments, writing the union costs ten times what reading it twice does.
-- Every segment is named here once: a family by its column, a rule by its model, all split ones together.
{{ family_members('lifecycle_segments', 'lifecycle_stage', 'lifecycle') }}
union all
{{ family_members('behaviour_segments', 'rfm_segment', 'rfm') }}
union all
{{ family_members('behaviour_segments', 'purchase_frequency', 'purchase_frequency') }}
union all
{{ family_members('behaviour_segments', 'spend_band', 'spend_band') }}
union all
{{ family_members('behaviour_segments', 'basket_size', 'basket_size') }}
union all
{{ family_members('behaviour_segments', 'email_engagement', 'email_engagement') }}
union all
{{ family_members('demographic_segments', 'age_band', 'age_band') }}
union all
{{ family_members('demographic_segments', 'gender', 'gender') }}
union all
{{ family_members('demographic_segments', 'occupation_group', 'occupation_group') }}
union all
select
    contact_id,
    segment,
    family
from {{ ref('split_segments') }}
union all
{{ rule_members('newsletter_prospects') }}
union all
{{ rule_members('phone_prospects') }}
union all
{{ rule_members('qualified_prospects') }}
union all
{{ rule_members('quote_request_prospects') }}
union all
{{ rule_members('trade_show_prospects') }}
union all
{{ rule_members('attentive_visitors') }}
union all
{{ rule_members('bought_garden') }}
union all
{{ rule_members('bought_hormone_yoga_video') }}
union all
{{ rule_members('bought_sport_not_wellbeing') }}
union all
{{ rule_members('few_page_views_in_90_days') }}
union all
{{ rule_members('first_guide_lately') }}
union all
{{ rule_members('keen_product_viewers') }}
union all
{{ rule_members('more_than_5_orders') }}
union all
{{ rule_members('not_bought_for_30_days') }}
union all
{{ rule_members('ordered_once_in_a_year') }}
union all
{{ rule_members('placed_a_large_order') }}
union all
{{ rule_members('price_page_viewers_30d') }}
union all
{{ rule_members('restarted_visiting') }}
union all
{{ rule_members('spent_over_1000') }}
union all
{{ rule_members('uses_trail_shoes') }}
union all
{{ rule_members('vip') }}
union all
{{ rule_members('visits_regularly') }}
union all
{{ rule_members('zurich_women_product_viewers_30d') }}
union all
{{ rule_members('birthday_this_month') }}
union all
{{ rule_members('birthday_this_week') }}
union all
{{ rule_members('birthday_today') }}
union all
{{ rule_members('hr_managers') }}
union all
{{ rule_members('job_seekers') }}
union all
{{ rule_members('near_zurich_store') }}
union all
{{ rule_members('salaried_employees') }}
union all
{{ rule_members('small_health_firms') }}
union all
{{ rule_members('under_50') }}
union all
{{ rule_members('women_40_60_near_lyon') }}
union all
{{ rule_members('clicked_hormone_yoga_guide') }}
union all
{{ rule_members('clicked_summer_sale') }}
union all
{{ rule_members('never_opened') }}
union all
{{ rule_members('open_rate_over_75') }}
union all
{{ rule_members('opened_but_never_clicked') }}
union all
{{ rule_members('ordered_within_7_days_of_click') }}
union all
{{ rule_members('stopped_opening') }}
union all
{{ rule_members('ecology_minded') }}
union all
{{ rule_members('flat_seekers') }}
union all
{{ rule_members('hobby_cooking') }}
union all
{{ rule_members('hobby_gardening') }}
union all
{{ rule_members('hobby_hiking') }}
union all
{{ rule_members('hobby_photography') }}
union all
{{ rule_members('hobby_running') }}
union all
{{ rule_members('hobby_yoga') }}
union all
{{ rule_members('house_seekers') }}
union all
{{ rule_members('interested_in_italy') }}
union all
{{ rule_members('interested_in_morocco') }}
union all
{{ rule_members('interested_in_spain') }}
union all
{{ rule_members('yoga_course_audience') }}
union all
{{ rule_members('asked_for_demo') }}
union all
{{ rule_members('customer_for_a_year') }}
union all
{{ rule_members('downloaded_two_guides') }}
union all
{{ rule_members('no_order_for_12_months') }}
union all
{{ rule_members('no_order_for_2_months') }}
union all
{{ rule_members('no_order_for_6_months') }}
union all
{{ rule_members('ordered_within_a_month') }}
union all
{{ rule_members('slipping_away') }}
union all
{{ rule_members('win_back_audience') }}
union all
{{ rule_members('few_mails_wished') }}
union all
{{ rule_members('offers_without_limit') }}
union all
{{ rule_members('sport_once_a_month') }}
union all
{{ rule_members('wellbeing_weekly') }}
union all
{{ rule_members('consent_never_asked') }}
union all
{{ rule_members('customers_to_phone') }}
union all
{{ rule_members('do_not_contact') }}
union all
{{ rule_members('mobile_and_email') }}
union all
{{ rule_members('mobile_or_email') }}
union all
{{ rule_members('promotion_audience') }}
union all
{{ rule_members('reachable_and_active') }}
union all
{{ rule_members('friends') }}
union all
{{ rule_members('partners') }}
union all
{{ rule_members('suppliers') }}
union all
{{ rule_members('open_support_case') }}
union all
{{ rule_members('recent_support_case') }}
union all
{{ rule_members('recommenders') }}
