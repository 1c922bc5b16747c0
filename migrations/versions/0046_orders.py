"""orders: stock, price history, and what viewers reserve, pay, withdraw from and wait for"""

from alembic import op

revision = "0046"
down_revision = "0045"

UP = """
-- Pieces a brand has of a product; what has no row is never sold out. Everybody who reserves, pays or ships pieces of a
-- product takes the lock of its row first.
create table product_stock (
    brand_id int not null,
    product_id bigint not null,
    on_hand int not null constraint ck_product_stock_on_hand check (on_hand between 0 and 1000000),
    changed_by bigint references person,
    changed_at timestamptz not null,
    primary key (brand_id, product_id),
    constraint fk_product_stock_product foreign key (brand_id, product_id) references product on delete restrict
);

-- Every price a product ever had with us, written by the database itself: what a price is compared with in public is the
-- lowest of the last thirty days (Directive 98/6/EC, art. 6a).
create table product_price (
    id bigint generated always as identity primary key,
    brand_id int not null,
    product_id bigint not null,
    price numeric not null,
    currency char(3) not null,
    since timestamptz not null
);
create index ix_product_price_product on product_price (brand_id, product_id, since, id);
revoke update, delete on product_price from streamcut_app;
create function note_new_price() returns trigger language plpgsql as $$
begin
    insert into product_price (brand_id, product_id, price, currency, since)
    select brand_id, id, price, currency, recorded_at from fresh;
    return null;
end $$;
create trigger note_new_price after insert on product referencing new table as fresh
    for each statement execute function note_new_price();
create function note_changed_price() returns trigger language plpgsql as $$
begin
    insert into product_price (brand_id, product_id, price, currency, since)
    select f.brand_id, f.id, f.price, f.currency, now()
    from fresh f join gone g using (brand_id, id)
    where (f.price, f.currency) is distinct from (g.price, g.currency);
    return null;
end $$;
create trigger note_changed_price after update on product referencing old table as gone new table as fresh
    for each statement execute function note_changed_price();
-- What was asked before this version is not known: the history begins now.
insert into product_price (brand_id, product_id, price, currency, since)
select brand_id, id, price, currency, now() from product;

-- On what terms a brand sells to viewers; without a row the country's own VAT, within the country, in five days.
create table selling_terms (
    brand_id int primary key references brand on delete restrict,
    vat_bps int not null constraint ck_selling_terms_vat check (vat_bps between 0 and 5000),
    delivery_days int not null constraint ck_selling_terms_delivery check (delivery_days between 1 and 60),
    ships_to char(2)[] not null constraint ck_selling_terms_ships_to check (cardinality(ships_to) between 1 and 60),
    changed_by bigint not null references person,
    changed_at timestamptz not null
);

-- A price for minutes. Its end stands from the beginning; nothing of it ever changes.
create table flash_price (
    id bigint generated always as identity primary key,
    show_id bigint not null,
    item_id bigint not null,
    brand_id int not null,
    product_id bigint not null,
    price bigint not null constraint ck_flash_price_price check (price > 0),
    percent_bps int constraint ck_flash_price_percent check (percent_bps between 100 and 9000),
    reference bigint not null,          -- the lowest price of the thirty days before
    currency char(3) not null,
    begins_at timestamptz not null,
    ends_at timestamptz not null,
    pieces int constraint ck_flash_price_pieces check (pieces between 1 and 1000000),
    max_per_buyer int constraint ck_flash_price_max check (max_per_buyer between 1 and 1000),
    made_by bigint not null references person,
    constraint ck_flash_price_lower check (price < reference),
    constraint ck_flash_price_length
        check (ends_at - begins_at between interval '30 seconds' and interval '20 minutes'),
    constraint fk_flash_price_item foreign key (show_id, item_id) references show_item (show_id, id) on delete restrict,
    constraint ex_flash_price_one exclude using gist (item_id with =, tstzrange(begins_at, ends_at) with &&),
    constraint uq_flash_price_offer unique (item_id, price)     -- the same offer has one countdown
);
create index ix_flash_price_product on flash_price (brand_id, product_id, begins_at);
revoke update, delete on flash_price from streamcut_app;

-- From a viewer's click to the parcel: first a reservation, then, once it is paid, an order. What was clicked on, and at
-- which price, never changes. A reservation holds pieces while its time runs, and as long as Stripe may still take money.
create table purchase (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),   -- also the key with which Stripe is asked
    reference text not null unique,
    show_id bigint not null,
    item_id bigint not null,
    brand_id int not null references brand on delete restrict,
    product_id bigint not null,
    creator_id int not null references creator on delete restrict,
    stream_ref text collate "C" not null,
    sku text collate "C" not null,
    name text not null,
    visitor bytea not null constraint ck_purchase_visitor check (length(visitor) = 16),
    quantity int not null constraint ck_purchase_quantity check (quantity between 1 and 1000),
    unit_price bigint not null constraint ck_purchase_price check (unit_price > 0),     -- minor units, with VAT
    reference_price bigint,
    flash_id bigint references flash_price on delete restrict,
    currency char(3) not null,
    vat_bps int not null constraint ck_purchase_vat check (vat_bps between 0 and 5000),
    selling text not null constraint ck_purchase_selling check (selling in ('reserve', 'first_paid')),
    delivery_days int not null,
    held_at timestamptz not null,
    holds_until timestamptz not null,
    status text not null default 'reserved' constraint ck_purchase_status check (status in
        ('reserved', 'paying', 'on_its_way', 'expired', 'let_go', 'paid', 'shipped', 'refunded', 'short')),
    language text not null constraint ck_purchase_language check (language ~ '^[a-z]{2}$'),
    email text,
    buyer text,
    street text,
    postcode text,
    town text,
    country char(2),
    session text unique,                -- cs_...: Stripe's page
    url text,
    payment text unique,                -- pi_...
    paid_at timestamptz,
    ended_at timestamptz,
    look_at timestamptz,                -- when a worker next sees to its end
    sale_id bigint,                     -- the sale line that it became
    refunded_pieces int not null default 0,
    shipped_at timestamptz,
    tracking text,
    note text,                          -- why what was paid was not kept
    constraint ck_purchase_hold check (holds_until > held_at),
    constraint ck_purchase_buyer check (status in ('reserved', 'expired', 'let_go')
        or num_nulls(email, buyer, street, postcode, town, country) = 0),
    constraint ck_purchase_paid check ((status in ('paid', 'shipped', 'refunded', 'short')) = (paid_at is not null)
        and (paid_at is null or payment is not null)),
    constraint ck_purchase_sale check ((status in ('paid', 'shipped', 'refunded')) = (sale_id is not null)),
    constraint ck_purchase_short check ((status = 'short') = (note is not null)),
    constraint ck_purchase_ended check ((status in ('expired', 'let_go')) = (ended_at is not null)),
    constraint ck_purchase_refunded check (refunded_pieces between 0 and quantity),
    constraint ck_purchase_shipped check (status <> 'shipped' or shipped_at is not null),
    constraint fk_purchase_item foreign key (show_id, item_id) references show_item (show_id, id) on delete restrict,
    constraint fk_purchase_product foreign key (brand_id, product_id) references product on delete restrict,
    constraint uq_purchase_brand unique (id, brand_id, currency)
);
create unique index uq_purchase_open on purchase (item_id, visitor) where status in ('reserved', 'paying', 'on_its_way');
create index ix_purchase_pieces on purchase (brand_id, product_id)
    where status in ('reserved', 'paying', 'on_its_way', 'paid');
create index ix_purchase_visitor on purchase (item_id, visitor);
create index ix_purchase_show on purchase (show_id, held_at);
create index ix_purchase_brand on purchase (brand_id, paid_at desc) where paid_at is not null;
create index ix_purchase_flash on purchase (flash_id) where flash_id is not null;
create index ix_purchase_look on purchase (look_at) where status in ('reserved', 'paying', 'on_its_way');
revoke update, delete on purchase from streamcut_app;
grant update (status, holds_until, language, email, buyer, street, postcode, town, country, session, url, payment, paid_at,
    ended_at, look_at, sale_id, refunded_pieces, shipped_at, tracking, note) on purchase to streamcut_app;

-- Money that goes back to a buyer: the row is there before Stripe is asked, with the key it is asked with.
create table order_refund (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    purchase_id bigint not null,
    brand_id int not null,
    reason text not null constraint ck_order_refund_reason
        check (reason in ('withdrawal', 'by_brand', 'no_stock', 'outside', 'dispute', 'dispute_won')),
    pieces int constraint ck_order_refund_pieces check (pieces > 0),
    amount bigint not null constraint ck_order_refund_amount check (amount > 0),        -- minor units, with VAT
    currency char(3) not null,
    words text,                         -- what the brand says of it
    key text not null unique default gen_random_uuid()::text,
    status text not null default 'asked' constraint ck_order_refund_status check (status in ('asked', 'done', 'refused')),
    asked_by bigint references person,
    asked_at timestamptz not null,
    first_sent_at timestamptz,          -- a key is forgotten a day after this
    look_at timestamptz,
    provider_ref text,                  -- re_... of Stripe; of a dispute dp_...
    why text,                           -- it was refused
    ended_at timestamptz,
    constraint ck_order_refund_ended check ((status = 'asked') = (ended_at is null)),
    constraint ck_order_refund_refused check ((status = 'refused') = (why is not null)),
    constraint uq_order_refund_provider unique (provider_ref, reason),
    constraint fk_order_refund_purchase foreign key (purchase_id, brand_id, currency)
        references purchase (id, brand_id, currency) on delete restrict
);
create index ix_order_refund_purchase on order_refund (purchase_id);
create index ix_order_refund_look on order_refund (look_at) where status = 'asked';
revoke update, delete on order_refund from streamcut_app;
grant update (status, key, first_sent_at, look_at, provider_ref, why, ended_at) on order_refund to streamcut_app;

-- Who wanted pieces that were not there: with an e-mail they wait for the next, without one they are only counted.
create table waiting_buyer (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    show_id bigint not null,
    item_id bigint not null,
    brand_id int not null,
    product_id bigint not null,
    visitor bytea not null,
    quantity int not null constraint ck_waiting_buyer_quantity check (quantity between 1 and 1000),
    unit_price bigint not null,         -- minor units, with VAT: what was asked then
    currency char(3) not null,
    email text,
    language text not null constraint ck_waiting_buyer_language check (language ~ '^[a-z]{2}$'),
    status text not null default 'came_late' constraint ck_waiting_buyer_status
        check (status in ('came_late', 'in_line', 'offered', 'served', 'gave_way', 'went_without')),
    since timestamptz not null,
    offered_at timestamptz,
    purchase_id bigint references purchase on delete restrict,
    constraint uq_waiting_buyer_visitor unique (item_id, visitor),
    constraint ck_waiting_buyer_email check (status in ('came_late', 'went_without', 'served', 'gave_way')
        or email is not null),
    constraint ck_waiting_buyer_offered check (status not in ('offered', 'served') or purchase_id is not null),
    constraint fk_waiting_buyer_item foreign key (show_id, item_id) references show_item (show_id, id) on delete restrict
);
create index ix_waiting_buyer_line on waiting_buyer (brand_id, product_id, since, id) where status = 'in_line';
create index ix_waiting_buyer_purchase on waiting_buyer (purchase_id) where purchase_id is not null;
create index ix_waiting_buyer_show on waiting_buyer (show_id);

alter table entry drop constraint ck_entry_accounts, drop constraint ck_entry_creator;
alter table entry add constraint ck_entry_accounts check ((kind, debit, credit) in (
    ('commission', 'brand_funds', 'creator'), ('commission', 'creator', 'brand_funds'),
    ('fee', 'brand_funds', 'platform_revenue'), ('fee', 'platform_revenue', 'brand_funds'),
    ('bonus', 'brand_funds', 'creator'), ('bonus', 'creator', 'brand_funds'),
    ('vat', 'brand_funds', 'creator'), ('vat', 'creator', 'brand_funds'),
    ('vat', 'brand_funds', 'platform_revenue'), ('vat', 'platform_revenue', 'brand_funds'),
    ('reserve', 'creator', 'payouts_in_transit'), ('settle', 'payouts_in_transit', 'bank'),
    ('release', 'payouts_in_transit', 'creator'), ('return', 'bank', 'creator'),
    ('taken_back', 'brand_funds', 'bank'), ('taken_back', 'bank', 'brand_funds'),
    ('top_up', 'bank', 'brand_funds'), ('take', 'platform_revenue', 'bank'),
    ('order_paid', 'bank', 'brand_funds'),
    ('order_refunded', 'brand_funds', 'bank'), ('order_refunded', 'bank', 'brand_funds')));
alter table entry add constraint ck_entry_creator check (
    (kind in ('fee', 'top_up', 'taken_back', 'take', 'order_paid', 'order_refunded')
    or (kind = 'vat' and 'platform_revenue' in (debit, credit))) = (creator_id is null));
"""

DOWN = """
alter table entry drop constraint ck_entry_accounts, drop constraint ck_entry_creator;
alter table entry add constraint ck_entry_accounts check ((kind, debit, credit) in (
    ('commission', 'brand_funds', 'creator'), ('commission', 'creator', 'brand_funds'),
    ('fee', 'brand_funds', 'platform_revenue'), ('fee', 'platform_revenue', 'brand_funds'),
    ('bonus', 'brand_funds', 'creator'), ('bonus', 'creator', 'brand_funds'),
    ('vat', 'brand_funds', 'creator'), ('vat', 'creator', 'brand_funds'),
    ('vat', 'brand_funds', 'platform_revenue'), ('vat', 'platform_revenue', 'brand_funds'),
    ('reserve', 'creator', 'payouts_in_transit'), ('settle', 'payouts_in_transit', 'bank'),
    ('release', 'payouts_in_transit', 'creator'), ('return', 'bank', 'creator'),
    ('taken_back', 'brand_funds', 'bank'), ('taken_back', 'bank', 'brand_funds'),
    ('top_up', 'bank', 'brand_funds'), ('take', 'platform_revenue', 'bank')));
alter table entry add constraint ck_entry_creator check ((kind in ('fee', 'top_up', 'taken_back', 'take')
    or (kind = 'vat' and 'platform_revenue' in (debit, credit))) = (creator_id is null));
drop table waiting_buyer;
drop table order_refund;
drop table purchase;
drop table flash_price;
drop table selling_terms;
drop trigger note_changed_price on product;
drop trigger note_new_price on product;
drop function note_changed_price;
drop function note_new_price;
drop table product_price;
drop table product_stock;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
