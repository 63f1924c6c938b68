-- A normal deviate; a beta variate by the method of Joehnk (1964), from eight tries; and a calendar in which a day of November or
-- December is worth 1.46 days of the others, to and from it.

create macro normal(purpose, item) as
    sqrt(-2 * ln(1 - dice(purpose || ' radius', item))) * cos(2 * pi() * dice(purpose || ' angle', item));
create macro beta(purpose, a, b, item) as coalesce(list_transform(list_filter(
    list_transform(range(8), lambda k: [pow(dice(purpose || ' a' || k, item), 1 / a), pow(dice(purpose || ' b' || k, item), 1 / b)]),
    lambda p: p[1] + p[2] > 0 and p[1] + p[2] <= 1), lambda p: p[1] / (p[1] + p[2]))[1], a / (a + b));
create macro busy_days(day) as 365 * (year(day) - 2000)
    + case when dayofyear(day) <= 304 then (dayofyear(day) - 1) * 276.0 / 304 else 276 + (dayofyear(day) - 305) * 89.0 / 61 end;
create macro calendar_day(busy) as make_date(cast(2000 + floor(busy / 365) as integer), 1, 1)
    + cast(floor(case when busy % 365 < 276 then (busy % 365) * 304 / 276.0 else 304 + (busy % 365 - 276) * 61 / 89.0 end) as integer);
create macro region_of(country, item) as one_of((map {'CN': ['广东', '上海市', 'Zhejiang'], 'US': ['CA', 'Texas', 'New York'],
    'DE': ['Bayern', 'Hessen', 'Saxony'], 'GB': ['Scotland', 'Kent', 'Essex'], 'FR': ['Bretagne', 'Normandie', 'Corse'],
    'JP': ['Tokyo', 'Osaka', '東京都'], 'AU': ['NSW', 'Victoria', 'Queensland'], 'BR': ['SP', 'Bahia', 'Paraná'],
    'CH': ['ZH', 'Genf', 'Bern']})[country], 'region', item);
create macro is_discounted(customer_type, o) as dice('discounted', o) < case when customer_type = 'convenience' then 0.75 else 0.1 end;
