{#
    Grain: graded customer at the as-of date. What `int_grades` says of that date, computed once for the marts that show
    today.
#}
select * from {{ ref('int_grades') }}
where is_current
