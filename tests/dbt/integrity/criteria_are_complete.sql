{{ config(meta={'exit_code': 2, 'remedy': 'complete the seeds in seeds/criteria/'}) }}
{#
    Each version is complete: every number for both kinds, contiguous score cuts from the lowest value, a band for every
    score from 0, a segment for each cell and every segment reachable. Checked before any model reads them.
#}
with versions as (select criteria_version from {{ ref('criteria_versions') }}),

kinds as (
    select 'person' as customer_kind
    union all
    select 'organisation'
),

names as (select distinct name from {{ ref('criteria_numbers') }}),

missing_numbers as (
    select versions.criteria_version, concat('number ', names.name, ' of ', kinds.customer_kind) as what
    from versions
    cross join kinds
    cross join names
    left join {{ ref('criteria_numbers') }} as numbers
        on versions.criteria_version = numbers.criteria_version
        and names.name = numbers.name
        and numbers.customer_kind in (kinds.customer_kind, 'all')
    where numbers.name is null
),

wrong_cuts as (
    select versions.criteria_version, concat('score cuts of ', kinds.customer_kind) as what
    from versions
    cross join kinds
    left join {{ ref('score_cuts') }} as cuts
        on versions.criteria_version = cuts.criteria_version and cuts.customer_kind in (kinds.customer_kind, 'all')
    group by versions.criteria_version, kinds.customer_kind
    having count(cuts.score) <> 10 or count(distinct concat(cuts.measure, cast(cuts.score as {{ dbt.type_string() }}))) <> 10
        or min(cuts.lower_bound) <> 0
        or count(case when cuts.lower_bound = 0 then 1 end) <> 2
),

wrong_bands as (
    select versions.criteria_version, 'grade bands' as what
    from versions
    left join {{ ref('grade_bands') }} as bands on versions.criteria_version = bands.criteria_version
    group by versions.criteria_version
    having count(bands.grade) <> 5 or min(bands.lower_bound) <> 0 or count(distinct bands.lower_bound) <> 5
),

wrong_segments as (
    select versions.criteria_version, 'rfm segments' as what
    from versions
    left join {{ ref('int_rfm_cells') }} as segments on versions.criteria_version = segments.criteria_version
    left join (
        select criteria_version, max(value) as bins from {{ ref('criteria_numbers') }} where name = 'rfm_monetary_bins' group by criteria_version
    ) as monetary on versions.criteria_version = monetary.criteria_version
    group by versions.criteria_version
    having count(segments.rfm_segment) <> 25 * max(monetary.bins)
),

unreachable_segments as (
    select versions.criteria_version, concat('segment ', labels.code) as what
    from versions
    cross join {{ ref('class_labels_seed') }} as labels
    left join {{ ref('rfm_segments') }} as segments
        on versions.criteria_version = segments.criteria_version and labels.code = segments.rfm_segment
    where labels.class_family = 'rfm_segment' and labels.code <> 'prospect' and segments.rfm_segment is null
),

one_day_twice as (
    select min(criteria_version) as criteria_version, 'two versions on one day' as what
    from {{ ref('criteria_versions') }}
    group by valid_from
    having count(*) > 1
),

not_from_the_beginning as (
    select min(criteria_version) as criteria_version, 'no version from 1900-01-01' as what
    from {{ ref('criteria_versions') }}
    having min(valid_from) > date '1900-01-01'
)

select * from missing_numbers
union all
select * from wrong_cuts
union all
select * from wrong_bands
union all
select * from wrong_segments
union all
select * from unreachable_segments
union all
select * from one_day_twice
union all
select * from not_from_the_beginning
