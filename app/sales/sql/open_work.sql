-- The tables of one batch; temporary, made once per connection, emptied by each commit.
create temporary table if not exists claimed (
    brand_id int not null,
    due_id bigint,              -- null: asked for by a correction, not by the queue
    due_row tid,                -- where it lies: nobody else deletes it while the lane is ours, and nobody changes it
    sale_id bigint,             -- null: the line is to be found by its key
    source text collate "C" not null,
    order_ref text collate "C" not null,
    line_ref text collate "C" not null
) on commit delete rows;

-- One row per sale line to look at, with the number of its newest decision.
create temporary table if not exists work (
    brand_id int not null,
    sale_id bigint not null,
    source text collate "C" not null,
    order_ref text collate "C" not null,
    line_ref text collate "C" not null,
    occurred_at timestamptz not null,
    visitor bytea,
    sku text collate "C" not null,
    base_minor bigint not null,
    currency char(3) not null,
    coupon_key text collate "C",
    checkout_stream text collate "C",
    withdrawn boolean not null,
    nr smallint not null,           -- of the newest decision; 0: none yet
    fresh boolean not null          -- to be decided now
) on commit delete rows
