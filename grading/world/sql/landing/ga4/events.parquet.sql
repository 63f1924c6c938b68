with sessions as (
    select o, i, ref, amount, visit, steps.name, steps.part,
        cast(day as timestamp) + clock - to_hours(cast(visit * 31 as bigint)) + to_seconds(cast(part * 40 as bigint)) as moment
    from orders, unnest(range(25)) as visits(visit), (values ('session_start', 0), ('page_view', 1), ('add_to_cart', 2), ('purchase', 3)) as steps(name, part)
    where source = 'landing' and dice('online', o) < 0.02
        and case when visit = 0 then true else part <= 1 or part = 2 and dice('cart ' || visit, o) < 0.1 end
)
select
    strftime(moment, '%Y%m%d') as event_date,
    epoch_us(moment) as event_timestamp,
    name as event_name,
    'v' || i as user_pseudo_id,
    case when visit = 0 and dice('signed in', i) < 0.3 then ref end as user_id,
    [struct_pack(key := 'ga_session_id', value := struct_pack(string_value := cast(null as varchar), int_value := 100 * o + visit, float_value := cast(null as double), double_value := cast(null as double))),
     struct_pack(key := 'page_location', value := struct_pack(string_value := 'https://shop.example/' || name, int_value := cast(null as bigint), float_value := cast(null as double), double_value := cast(null as double)))] as event_params,
    struct_pack(analytics_storage := case when dice('analytics', i) < 0.7 then 'Yes' else 'No' end) as privacy_info,
    struct_pack(transaction_id := case when name = 'purchase' then 'SO' || lpad(cast(o as varchar), 8, '0') end, purchase_revenue := case when name = 'purchase' then amount end) as ecommerce,
    struct_pack(source := one_of(['google', 'newsletter', '(direct)'], 'came from', i), medium := one_of(['cpc', 'email', '(none)'], 'came from', i), name := cast(null as varchar)) as traffic_source
from sessions
order by o, visit, part
