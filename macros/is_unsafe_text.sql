{% macro is_unsafe_text(column, maximum_length) -%}
    {#- Full-width and small forms are read as the characters that they stand for, dots of East Asian
        addresses as well; what is invisible does not part a word. -#}
    {%- set plain -%}
        translate(
            {{ customer_segments.replace_matches(column, '[\\p{Cf}]') }},
            {{ customer_segments.text_literal("！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～․﹒。｡︓﹕︷︸﹛﹜﹇﹈﹟﹠﹡﹤﹥﹩﹪﹫︔﹔") }},
            {{ customer_segments.text_literal("!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~....::{}{}[]#&*<>$%@;;") }}
        )
    {%- endset -%}
    {#- Two letters are a country's: the codes of ISO 3166 that are top-level domains. Of the others those
        in common use; any other is known as an address by the slash after it. -#}
    {%- set country_domain = 'a[c-gilmoq-uwxz]|b[abd-jmnorstvwyz]|c[acdf-ik-oru-z]|d[ejkmoz]|e[ceghr-u]|f[ijkmor]|g[abd-ilmnp-uwy]|h[kmnrtu]|i[delmnoq-t]|j[emop]|k[eghimnprwyz]|l[abcikr-vy]|m[acdeghk-z]|n[acefgilopruz]|om|p[ae-hk-nrstwy]|qa|r[eosuw]|s[a-eg-ortuvx-z]|t[cdfghj-ortvwz]|u[agksyz]|v[aceginu]|w[fs]|y[et]|z[amw]' -%}
    {%- set other_domain =
        'com|net|org|info|biz|name|pro|mobi|edu|gov|mil|int|coop|museum|jobs|travel|eu|app|dev|page|xyz|top|site|online|store|shop|club|vip|icu|click|link|live|world|today|space|website|fun|work|tech|cloud|host|press|win|bid|loan|men|stream|download|party|racing|review|science|trade|cam|buzz|cyou|rest|bond|sbs|cfd|lol|quest|monster|zip|mov|email|news|blog|media|agency|digital|solutions|services|support|group|company|finance|money|bank|casino|bet|sex|porn|art|berlin|hamburg|wien|swiss|paris|london'
    -%}
    {#- Merge tags: any brace is of {{ }}, {% %}, {! } or ${ }; <% %> (Mapp) is markup.
        Brevo {{ }}: https://help.brevo.com/hc/en-us/articles/4402386448530
        Mailjet {{ }}, {% %}: https://dev.mailjet.com/template-language/reference/
        Mailchimp *| |*: https://mailchimp.com/developer/marketing/docs/merge-fields/
        Salesforce %% %%: https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/personalizationStringsAMPscript.html
        ActiveCampaign %NAME%, Pardot {! }: https://cf-newsletrix.pages.dev/blog/newsletter-personalisation-token-guide.html
        Campaign Monitor [name,fallback=]: https://help.oneclickpolitics.com/hc/en-us/articles/228081588-How-do-I-personalize-a-campaign
        Mapp <% %>: https://docs.mapp.com/docs/personalization-tags-for-placeholders
        Flexmail #name#: https://en.support.flexmail.eu/article/383-personalise-with-placeholders
        Backclick $$NAME$$: https://backclick.de/confluence/pages/viewpage.action?pageId=4751583 -#}
    {%- set patterns = {
        'an address': [
            '[^\\s@]@[^\\s@]',
            '//\\S',
            '(?:^|[^\\p{L}\\p{N}])(?:https?|ftp|mailto|javascript|vbscript|data|tel|sms|file):\\S',
            '(?:^|[^\\p{L}\\p{N}])www\\d?\\.\\S',
            '[\\p{L}\\p{N}-]{2}\\.(?:' ~ country_domain ~ '|xn--[a-z0-9-]+|рф)(?:[^\\p{L}\\p{N}]|$)',
            '[\\p{L}\\p{N}-]\\.(?:' ~ other_domain ~ ')(?:[^\\p{L}\\p{N}]|$)',
            '[\\p{L}\\p{N}-]\\.[\\p{L}]{2,}/',
            '(?:^|[^\\d.])\\d{1,3}(?:\\.\\d{1,3}){3}(?:[^\\d.]|$)',
        ],
        'markup': ['<[a-z/!?%]', '<[^>]*>', '&#', '&[a-z][a-z0-9]*;'],
        'a merge tag': [
            '[{}]', '\\*\\||\\|\\*', '%%', '%[a-z_][a-z0-9_.:-]*%', '\\[\\[|\\]\\]', '\\[%',
            '\\[[a-z_ ]+,\\s*fallback=', '#[a-z_]+#', '\\$\\$', '~~[a-z]',
        ],
    } -%}
    {#- Most names are letters, which need no closer look: it takes ten times as long. -#}
    case
        when {{ column }} is null then false
        when length({{ column }}) > {{ maximum_length }} then true
        when not {{ customer_segments.matches(column, "[^\\p{L}\\p{M} ''-]") }} then false
        when
            {{ customer_segments.matches(
                column, '[\\p{Cc}\\x{2028}\\x{2029}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}\\x{E0000}-\\x{E007F}]'
            ) }}
            then true
        else {{ customer_segments.matches(plain, patterns.values() | sum(start=[]) | join('|'), any_case=true) }}
    end
{%- endmacro %}
