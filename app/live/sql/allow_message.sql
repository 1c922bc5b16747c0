-- Takes one message from a visitor's allowance, which fills again with time. No row: they have none left, or write under
-- a name that another has. One statement, so of many sent at once no more pass than are allowed.
insert into chatter as c (show_id, visitor, name, allowance, allowed_at)
values (%(show)s, %(visitor)s, %(name)s, %(most)s - 1, %(at)s)
on conflict (show_id, visitor) do update set
    allowance = least(%(most)s, c.allowance
        + greatest(0, extract(epoch from excluded.allowed_at - c.allowed_at)) / %(each)s) - 1,
    allowed_at = greatest(c.allowed_at, excluded.allowed_at),
    name = excluded.name
where least(%(most)s, c.allowance
    + greatest(0, extract(epoch from excluded.allowed_at - c.allowed_at)) / %(each)s) >= 1
returning muted_at is not null
