-- Every segment is named here once: a family by its column, a rule by its model.
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
{{ rule_members('friends') }}
union all
{{ rule_members('vip') }}
