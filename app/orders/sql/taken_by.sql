-- The pieces of an item that a visitor has or holds, and those of them at a price for minutes.
select coalesce(sum(pieces), 0)::int pieces, coalesce(sum(pieces) filter (where flash_id = %(flash)s), 0)::int at_flash
from (
    select flash_id, quantity - refunded_pieces pieces
    from purchase
    where item_id = %(item)s and visitor = %(visitor)s
        and (status in ('paying', 'on_its_way', 'paid', 'shipped') or (status = 'reserved' and holds_until > %(at)s))
) mine
