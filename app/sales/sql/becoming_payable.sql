-- Commissions that become payable by themselves on a day, by brand, creator and currency: lines and amount.
select b.brand_id, b.creator_id, b.currency, e.lines, e.amount
from balance b
cross join lateral (
    select count(*) lines, sum(line.amount)::bigint amount
    from (
        select e.cause, sum(case when e.credit = 'creator' then e.amount else -e.amount end) amount
        from entry e
        where e.brand_id = b.brand_id and e.creator_id = b.creator_id and e.available_on = b.available_on
            and e.currency = b.currency and e.kind = 'commission'
            and not exists (
                select from commission_hold h
                where h.brand_id = e.brand_id and h.sale_id = e.cause and h.creator_id = e.creator_id
                    and h.released_at is null)
        group by e.cause having sum(case when e.credit = 'creator' then e.amount else -e.amount end) <> 0
    ) line
) e
where b.account = 'creator' and b.available_on = %(day)s and e.lines > 0
order by b.brand_id, b.creator_id, b.currency
