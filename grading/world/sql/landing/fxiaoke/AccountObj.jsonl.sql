select
    ref as _id, company || case when is_renamed then '' else '有限公司' end as name, ['1007'] as owner,
    case when has_email then email end as email, '248' as country, '中国' as country__r, '2' as province,
    region_of('CN', i) as province__r, city, address,
    cast(1 + i % 3 as varchar) as industry_level1, ['制造业', '零售', '服务'][1 + i % 3] as industry_level1__r,
    case when dice('tax ' || copy, i) < 0.5 then '91' || lpad(cast(i as varchar), 16, '0') end as uniform_social_credit_code,
    epoch_ms(cast(first_day as timestamp)) as create_time, epoch_ms(cast(first_day as timestamp)) as last_modified_time,
    case when dice('void', i) < 0.01 and copy > 0 then 'invalid' else 'normal' end as life_status, false as is_deleted
from records
where source = 'fxiaoke'
order by i, copy
