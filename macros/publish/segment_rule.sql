{#
    The words of a rule of the RFM segments in a language, by what it bounds: min_days and max_days since the last purchase, min_purchases
    and max_purchases in window_days, top_percent and bottom_percent of amounts. Parts that are not bounded are left out.
#}
{% macro segment_rule(language) -%}
    {%- set words, parts = segment_words()[language], [] -%}
    {%- for low, high in [('min_days', 'max_days'), ('min_purchases', 'max_purchases'), ('top_percent', 'bottom_percent')] -%}
        {%- do parts.append(
            'case when ' ~ low ~ ' is not null and ' ~ high ~ ' is not null then ' ~ filled(words[low ~ '_' ~ high])
            ~ ' when ' ~ low ~ ' is not null then ' ~ filled(words[low]) ~ ' when ' ~ high ~ ' is not null then ' ~ filled(words[high]) ~ ' end'
        ) -%}
    {%- endfor -%}
    concat(
        case when bounds.rule_position > 1 then '{{ words.rest }}' else '' end,
        coalesce(nullif(concat_ws('{{ words.and }}', {{ parts | join(', ') }}), ''), '{{ words.any }}')
    )
{%- endmacro %}

{# A text with the columns that it names in braces filled in, as an expression. #}
{% macro filled(text) -%}
    {%- set pieces = [] -%}
    {%- for piece in text.split('{') -%}
        {%- if '}' in piece -%}
            {%- do pieces.append(piece.split('}')[0]) -%}
            {%- do pieces.append("'" ~ piece.split('}')[1] ~ "'") -%}
        {%- else -%}
            {%- do pieces.append("'" ~ piece ~ "'") -%}
        {%- endif -%}
    {%- endfor -%}
    concat({{ pieces | join(', ') }})
{%- endmacro %}

{# What rules of the segments say, in both languages. #}
{% macro segment_words() %}
    {{ return({
        'en': {
            'rest': 'Of whom no rule before takes: ', 'and': '; ', 'any': 'everybody',
            'min_days_max_days': 'last purchase {min_days} to {max_days} days ago',
            'min_days': 'last purchase {min_days} days ago or longer', 'max_days': 'last purchase at most {max_days} days ago',
            'min_purchases_max_purchases': 'purchase days in {window_days} days: {min_purchases} to {max_purchases}',
            'min_purchases': 'purchase days in {window_days} days: at least {min_purchases}',
            'max_purchases': 'purchase days in {window_days} days: at most {max_purchases}',
            'top_percent_bottom_percent': 'amount within the upper {top_percent} % and the lower {bottom_percent} % of buyers',
            'top_percent': 'amount among the upper {top_percent} % of buyers', 'bottom_percent': 'amount among the lower {bottom_percent} % of buyers',
        },
        'zh': {
            'rest': '不符合前述规则者：', 'and': '；', 'any': '全部客户',
            'min_days_max_days': '最近购买在{min_days}至{max_days}天前',
            'min_days': '最近购买在{min_days}天前或更早', 'max_days': '最近购买在{max_days}天以内',
            'min_purchases_max_purchases': '{window_days}天内{min_purchases}至{max_purchases}个购买日',
            'min_purchases': '{window_days}天内至少{min_purchases}个购买日',
            'max_purchases': '{window_days}天内至多{max_purchases}个购买日',
            'top_percent_bottom_percent': '金额位于购买客户前{top_percent}%与后{bottom_percent}%之间',
            'top_percent': '金额位居购买客户前{top_percent}%', 'bottom_percent': '金额位居购买客户后{bottom_percent}%',
        },
    }) }}
{% endmacro %}
