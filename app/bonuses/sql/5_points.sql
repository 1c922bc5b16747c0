-- The lines of each threshold's days that have something left, with what was measured before each: an order is not
-- before its own lines; minutes are there when their show has ended.
insert into point
select bonus_id, so_far, net, rate_bps, upto, case measure
    when 'net_sales' then upto - net
    when 'orders' then upto - 1
    when 'new_customers' then upto - first_of_new
    else (
        select coalesce(sum(v.counted), 0) from stream_verdict v
        where v.contract_id = x.contract_id and v.on_day between x.first_on and x.last_on
            and v.counts_at <= x.occurred_at) end
from (
    select w.*, sum(case w.measure when 'net_sales' then w.net when 'orders' then w.first_of_order
            when 'new_customers' then w.first_of_new else 0 end)
        over (partition by w.bonus_id, w.so_far order by w.occurred_at, w.sale_id) upto
    from (
        select p.contract_id, p.bonus_id, p.measure, s.so_far, s.first_on, s.last_on, l.occurred_at, l.sale_id,
            l.rate_bps, l.base - l.refunded net,
            (row_number() over (
                partition by p.bonus_id, s.so_far, l.source, l.order_ref order by l.occurred_at, l.sale_id) = 1)::int
                first_of_order,
            (n.visitor is not null and row_number() over (
                partition by p.bonus_id, s.so_far, n.visitor order by l.occurred_at, l.sale_id) = 1)::int first_of_new
        from slice s
        join promise p using (bonus_id)
        join deal k on k.contract_id = p.contract_id
        join line l on l.contract_id = p.contract_id and l.currency = p.currency and l.base > l.refunded
            and (l.occurred_at at time zone k.zone)::date between s.first_on and s.last_on
        left join newcomer n on n.brand_id = l.brand_id and n.visitor = l.visitor
            and (n.first_at at time zone k.zone)::date between s.first_on and s.last_on and p.measure = 'new_customers'
    ) w
) x
