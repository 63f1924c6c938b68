{#
    Grain: date due x criteria version x graded customer: the component "influence", percentiles of referrals made, of being a reference
    customer, of the own market share and of followers, as far as they are known.
#}
{%- set measures = measured()['influence'] -%}
with measures as (
    select * from {{ ref('int_influence_measured') }}
    where {% for measure in measures %}{{ measure }} is not null{{ ' or ' if not loop.last }}{% endfor %}
),

{{ component_scored('influence', 'measures') }}
