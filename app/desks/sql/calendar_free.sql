-- For each creator and month: when this brand is kept from all of these categories everywhere, and when from any of
-- them anywhere. Months without either have no row. Whose exclusivities they are is not asked.
select m.creator_id, m.nr, range_agg(k.period * m.during) filter (
        where k.categories @> %(categories)s::text::int4multirange
            and k.platforms @> e.platforms and k.territories @> e.territories and k.formats @> e.formats
    ) as closed, range_agg(k.period * m.during) as touched
from unnest(%(creators)s::int[], %(numbers)s::int[], %(months)s::text[]::tstzrange[]) m (creator_id, nr, during)
join claim k on k.creator_id = m.creator_id and k.kind = 'block' and k.lanes @> %(brand)s::int
    and k.categories && %(categories)s::text::int4multirange and k.period && m.during
cross join (
    select range_agg(int4range(lo, hi)) filter (where tree = 'platform') as platforms,
        range_agg(int4range(lo, hi)) filter (where tree = 'territory') as territories,
        range_agg(int4range(lo, hi)) filter (where tree = 'format') as formats
    from node
    where parent_id is null
) e
group by m.creator_id, m.nr
