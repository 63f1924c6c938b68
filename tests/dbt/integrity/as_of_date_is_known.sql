{{ config(meta={'exit_code': 2, 'remedy': 'no dated row is on or before today: land orders or another dated table, or give --as-of'}) }}
select * from {{ ref('int_run_settings') }} where as_of_date is null
