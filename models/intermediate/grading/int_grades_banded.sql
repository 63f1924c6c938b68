{{ config(materialized='view') }}
{#
    Grain: date due x criteria version x graded customer, with the overall score and what it is the sum of. Decides the grade by the bands
    of the overall score, and whether it is borderline: at most `borderline_points` from a cut; then also the nearest cut, the grade
    beyond it and the distance.
#}
with bands as (
    select
        criteria_version,
        grade,
        lower_bound,
        lead(lower_bound) over (partition by criteria_version order by lower_bound) as upper_bound,
        lag(grade) over (partition by criteria_version order by lower_bound) as grade_below,
        lead(grade) over (partition by criteria_version order by lower_bound) as grade_above
    from {{ ref('grade_bands') }}
),

banded as (
    select
        scores.*,
        bands.grade,
        bands.grade_below,
        bands.grade_above,
        case when bands.grade_below is not null then scores.overall_score - bands.lower_bound end as points_above_cut,
        bands.upper_bound - scores.overall_score as points_below_cut,
        criteria.borderline_points
    from {{ ref('int_overall_scored') }} as scores
    inner join {{ ref('int_criteria_by_date') }} as criteria
        on scores.as_of_date = criteria.as_of_date
        and scores.criteria_version = criteria.criteria_version
        and scores.customer_kind = criteria.customer_kind
    inner join bands
        on scores.criteria_version = bands.criteria_version
        and scores.overall_score >= bands.lower_bound
        and (scores.overall_score < bands.upper_bound or bands.upper_bound is null)
)

select
    banded.*,
    coalesce(points_above_cut <= borderline_points, false)
    or coalesce(points_below_cut <= borderline_points, false) as is_borderline,
    case
        when points_below_cut is null or points_above_cut <= points_below_cut then grade_below
        else grade_above
    end as nearest_grade,
    cast(least(coalesce(points_above_cut, 1000), coalesce(points_below_cut, 1000)) as decimal(7, 4)) as points_to_nearest_grade
from banded
