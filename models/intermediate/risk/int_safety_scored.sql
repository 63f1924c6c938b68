{{ config(materialized='view') }}
{# Grain: date due x criteria version x graded customer with a risk score: the component "safety" is what the risk leaves of 100. #}
select
    as_of_date,
    criteria_version,
    customer_key,
    cast(100 - risk_score as decimal(7, 4)) as safety_score,
    cast(100 - risk_score as decimal(7, 4)) as safety_own_score
from {{ ref('int_risk_classified') }}
where risk_score is not null
