{# What the components contribute, as published, is the score. #}
select customer_id, overall_score
from {{ ref('customer_rankings') }}
where overall_score <> shrinkage_contribution + cap_contribution
    {%- for component in measured() %} + {{ component }}_contribution{% endfor %}
