-- What a list page exports is one sheet, of at most 100,000 rows here.
select '8' || ref as "唯一性ID", given_name || ' ' || family_name as "姓名（必填）", ref as "* 客户ID", '139' || digits || substr(digits, 1, 1) as "手机",
    email as "邮件", strftime(first_day, '%Y-%m-%d %H:%M') as "创建时间"
from records
where source = 'fxiaoke' and dice('has contact', i) < 0.6
order by i, copy
limit 100000
