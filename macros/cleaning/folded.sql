{#
    Full-width letters, digits, signs and blanks as their ordinary ones (Ａ１２ is A12). Text that is all ASCII, as nearly
    all is, costs one comparison. The full-width apostrophe and backslash stay as they are.
#}
{% macro folded(expression) -%}
    {%- set wide = '！＂＃＄％＆（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～　' -%}
    {%- set narrow = '!"#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~ ' -%}
    case when {{ is_ascii(expression) }} then {{ expression }} else translate({{ expression }}, '{{ wide }}', '{{ narrow }}') end
{%- endmacro %}
