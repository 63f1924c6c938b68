{#
    Grain: one fitted model x customer kind as of the as-of date: the models behind customer lifetime value and the rival BG/NBD, whether
    they count (clv_method in customer_grades) or not.
#}
select
    parameters.fitted_as_of,
    parameters.criteria_version,
    parameters.customer_kind,
    parameters.model,
    parameters.r,
    parameters.alpha,
    parameters.a,
    parameters.b,
    parameters.p,
    parameters.q,
    parameters.v,
    parameters.standard_errors,
    parameters.log_likelihood,
    parameters.customer_count,
    parameters.is_converged,
    coalesce(chosen.clv_method = parameters.model, false) or parameters.model = 'gamma_gamma' and coalesce(chosen.has_gamma_gamma, false)
        as is_used
from {{ source('grading', 'clv_parameters') }} as parameters
inner join {{ ref('int_dates_due') }} as due
    on parameters.fitted_as_of = due.as_of_date and parameters.criteria_version = due.criteria_version and due.is_current
left join {{ ref('int_clv_parameters_by_date') }} as chosen
    on parameters.fitted_as_of = chosen.as_of_date
    and parameters.criteria_version = chosen.criteria_version
    and parameters.customer_kind = chosen.customer_kind
