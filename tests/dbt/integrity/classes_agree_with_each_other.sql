{# Never bought means prospect, tier none, segment prospect and no scores, and nobody else has any of them. #}
select customer_id, as_of_date
from {{ ref('customer_grade_history') }}
where (lifecycle_stage = 'prospect') <> (value_tier = 'none')
    or (lifecycle_stage = 'prospect') <> (rfm_segment = 'prospect')
    or (lifecycle_stage = 'prospect') <> (r_score is null)
    or (lifecycle_stage = 'prospect') <> (rfm_cell is null)
    or (r_score is null) <> (m_score is null)
    or (r_score is null) <> (f_score is null)
