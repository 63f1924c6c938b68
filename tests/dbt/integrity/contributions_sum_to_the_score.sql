{# What the components contribute, as published, is the score. #}
select customer_id, overall_score
from {{ ref('customer_rankings') }}
where overall_score <> 0
    {%- for component in measured() %} + {{ component }}_contribution{% endfor %}
