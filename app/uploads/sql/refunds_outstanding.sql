-- What an export says was refunded of an order in all, less what is recorded of the order already, on whichever lines:
-- only the rest is a refund, over what is left of the lines by largest remainder. Of an order whose refunds the shop
-- has told by itself (by an import without a file) a part says nothing new: an export counts shipping in it. A cancelled
-- order that never was a sale here has no refund. (What came by a withdrawn import counts as absent.)
merge into staged t
using (
    with told as (
        select t.at_line, t.brand, t.source, t."order", t.currency, t.line, b.id brand_id, t.refund = 'cancelled' gone,
            round(t.amount / (%(units)s::jsonb -> t.currency)::numeric) wanted,
            (%(units)s::jsonb -> t.currency)::numeric unit
        from staged t
        join brand b on b.handle = t.brand
    ), known as (
        select w.*, s.base_minor, coalesce(r.amount, 0) had, coalesce(r.by_shop, false) by_shop
        from told w
        left join lateral (
            select s.base_minor from sale s
            where s.brand_id = w.brand_id and s.source = w.source and s.order_ref = w."order" and s.line_ref = w.line
                and s.import_id not in (select id from import where withdrawn_at is not null)
            order by s.version desc limit 1
        ) s on true
        left join lateral (
            select sum(r.amount) amount, bool_or(i.sha256 = '' and i.id <> %(import_id)s) by_shop
            from refund r
            join import i on i.id = r.import_id and i.withdrawn_at is null
            where r.brand_id = w.brand_id and r.source = w.source and r.order_ref = w."order" and r.line_ref = w.line
                and r.currency = w.currency
        ) r on true
    ), whole as (
        select k.*, greatest(wanted - had, 0) lacking,
            sum(greatest(wanted - had, 0)) over whole_order all_lacking,
            sum(wanted) over whole_order all_wanted, sum(base_minor) over whole_order all_worth,
            bool_or(by_shop) over whole_order told_by_shop,
            (
                select coalesce(sum(r.amount), 0)
                from refund r
                where r.brand_id = k.brand_id and r.source = k.source and r.order_ref = k."order"
                    and r.currency = k.currency
                    and r.import_id not in (select id from import where withdrawn_at is not null)
            ) all_had
        from known k
        window whole_order as (partition by brand_id, source, "order", currency)
    ), rest as (
        select *, case
                when gone and base_minor is null then 0
                when told_by_shop and all_wanted < coalesce(all_worth, 0) then 0
                else least(greatest(all_wanted - all_had, 0), all_lacking)
            end rest
        from whole
    ), share as (
        select *, case when all_lacking > 0 then div(rest * lacking, all_lacking) else 0 end least_share,
            row_number() over (
                partition by brand_id, source, "order", currency
                order by case when all_lacking > 0 then mod(rest * lacking, all_lacking) else 0 end desc, at_line
            ) nr
        from rest
    )
    select at_line, line, (least_share
        + (nr <= rest - sum(least_share) over (partition by brand_id, source, "order", currency))::int) * unit amount
    from share
) known on known.at_line = t.at_line
when matched and known.amount <= 0 then delete
when matched then update set amount = known.amount
