-- Holds the open commissions among the lines of a rule, each line once by the same rule, with its event.
with placed as (
    insert into commission_hold (brand_id, sale_id, creator_id, reason, note, owner, placed_at, deadline)
    select distinct n.brand_id, n.sale_id, n.creator_id, %(reason)s, '', 'brand', %(at)s::timestamptz,
        %(at)s::timestamptz + %(lasts)s
    from ({rule}) suspect
    join earned n on n.brand_id = suspect.brand_id and n.sale_id = suspect.sale_id
    where n.is_last and standing(n, %(today)s) in ('pending', 'payable')
        and not exists (
            select from commission_hold h
            where h.brand_id = n.brand_id and h.sale_id = n.sale_id and h.reason = %(reason)s)
    on conflict (brand_id, sale_id) where released_at is null do nothing
    returning id, brand_id, sale_id, creator_id
), was as (     -- as it stood before this statement
    select p.id, n.*, standing(n, %(today)s) standing, s.currency
    from placed p
    join earned n on n.brand_id = p.brand_id and n.sale_id = p.sale_id and n.creator_id = p.creator_id
    join sale s on s.brand_id = p.brand_id and s.id = p.sale_id
), told as (
    insert into commission_event (brand_id, sale_id, creator_id, kind, before, after, reason, note, amount_before,
        amount_after, currency, available_before, available_after, at)
    select brand_id, sale_id, creator_id, 'held', standing, 'on_hold', %(reason)s, '', net, net, currency, available_on,
        available_on, %(at)s
    from was
)
select brand_id, creator_id, currency, count(*) lines, sum(net)::bigint amount, max(id) last from was
group by brand_id, creator_id, currency
