-- Where something is owed, at most the contract's share of what was earned repays it, and the rest is carried (rules.md
-- B11). What was earned is counted line by line: a commission with its own reversal is neither earned nor owed.
update part set earned = owing.earned, share_bps = owing.share_bps,
    amount = greatest(part.amount, owing.earned - owing.earned * owing.share_bps / 10000),
    carried = greatest(owing.earned - owing.earned * owing.share_bps / 10000 - part.amount, 0)
from (
    select brand_id, creator_id, sum(amount)::bigint as earned, offset_share(brand_id, creator_id, %(cutoff_on)s) as share_bps
    from (
        select brand_id, creator_id, e.kind, sum(e.amount)::bigint as amount
        from eligible e
        join (select distinct brand_id, creator_id from eligible where amount < 0) negative using (brand_id, creator_id)
        where e.kind not in ('carry', 'write_off')
        group by brand_id, creator_id, e.kind, case when e.kind = 'vat' then 0 else e.cause end
    ) line
    where amount > 0
    group by brand_id, creator_id
) owing
where owing.brand_id = part.brand_id and owing.creator_id = part.creator_id and owing.earned > part.amount
    -- where the whole is taken and more is owed, there is no payout: what was earned and what is owed wait together
    and greatest(part.amount, owing.earned - owing.earned * owing.share_bps / 10000) > 0
