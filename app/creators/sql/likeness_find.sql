-- Creators who may be one person: no channel on the same platform, and the same account elsewhere, the same full name, or
-- one row of a list that names both. What many share, and what another country speaks against, is no sign. Of pairs that
-- somebody has decided about nothing is said again.
with looked as (
    select id from creator where %(creators)s::int[] is null or id = any(%(creators)s::int[])
),
mine as (
    select h.creator_id, h.platform, h.name, bare_account(h.name) bare
    from looked l
    join channel h on h.creator_id = l.id
),
by_account as (
    select m.creator_id, o.creator_id other_id, jsonb_build_object('kind', 'account', 'creator', m.creator_id,
        'of_one', m.platform || ':' || m.name, 'of_other', o.platform || ':' || o.name) sign, false strong
    from mine m
    join channel o on bare_account(o.name) = m.bare and o.platform <> m.platform and o.creator_id <> m.creator_id
    where length(m.bare) >= %(shortest)s and m.bare !~ '^[0-9]+$'
        and (select count(distinct x.creator_id) from channel x where bare_account(x.name) = m.bare) <= %(most)s
),
by_name as (
    select c.id creator_id, o.id other_id, jsonb_build_object('kind', 'name', 'name', o.name) sign, false strong
    from looked l
    join creator c on c.id = l.id
    join creator o on lower(o.name) = lower(c.name) and o.id <> c.id
    where strpos(c.name, ' ') > 0
        and (select count(*) from creator x where lower(x.name) = lower(c.name)) <= %(most)s
),
by_row as (     -- what a list says stands in one row, by platform and account
    select h.creator_id, o.creator_id other_id, jsonb_build_object('kind', 'row', 'file', %(file_name)s::text, 'line', r.line)
        sign, true strong
    from unnest(%(lines)s::int[], %(platforms)s::text[], %(names)s::text[], %(others)s::text[], %(other_names)s::text[])
        r (line, platform, name, other, other_name)
    join channel h on h.platform = r.platform and lower(h.name) = lower(r.name)
    join channel o on o.platform = r.other and lower(o.name) = lower(r.other_name) and o.creator_id <> h.creator_id
),
signs as (
    select least(creator_id, other_id) one_id, greatest(creator_id, other_id) other_id, sign, strong
    from (select * from by_account union all select * from by_name union all select * from by_row) s
),
pairs as (
    select s.one_id, s.other_id, jsonb_agg(distinct s.sign - 'creator') evidence, bool_or(s.strong) strong
    from (
        select one_id, other_id, strong, case when sign ->> 'kind' = 'account' and (sign ->> 'creator')::int <> one_id
            then sign || jsonb_build_object('of_one', sign -> 'of_other', 'of_other', sign -> 'of_one')
            else sign end sign
        from signs
    ) s
    group by 1, 2
)
insert into likeness (one_id, other_id, one_handle, other_handle, evidence, found_at)
select p.one_id, p.other_id, a.handle, b.handle, p.evidence, %(at)s
from pairs p
join creator a on a.id = p.one_id
join creator b on b.id = p.other_id
where (p.strong or a.country = b.country or 'ZZ' in (a.country, b.country))
    and not exists (
        select from channel x join channel y on y.platform = x.platform
        where x.creator_id = p.one_id and y.creator_id = p.other_id)
on conflict (one_id, other_id) do update set evidence = excluded.evidence
where likeness.status = 'alike' and likeness.evidence <> excluded.evidence
