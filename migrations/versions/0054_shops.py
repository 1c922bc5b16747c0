"""shops: shops that report their orders by webhook, and what was not understood of them"""

from alembic import op

revision = "0054"
down_revision = "0053"

UP = """
create table shop (
    id int generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),   -- of the address at which it delivers
    brand_id int not null references brand on delete restrict,
    kind text not null check (kind in ('shopify', 'woocommerce', 'tiktok_shop')),
    name text not null check (length(name) between 1 and 100),
    source text not null check (length(source) between 1 and 128),  -- of its orders' sale lines
    app_key text not null default '',                           -- TikTok's, which is signed beside the body
    status text not null default 'connected' check (status in ('connected', 'disconnected')),
    status_at timestamptz not null,
    made_by bigint not null references person,
    made_at timestamptz not null,
    constraint uq_shop_source unique (brand_id, source)
);
create table shop_secret (                                      -- several side by side, while one is changed
    id int generated always as identity primary key,
    shop_id int not null references shop on delete restrict,
    sealed bytea not null,
    ending text not null,                                       -- its last signs, to tell it from the others
    added_by bigint not null references person,
    added_at timestamptz not null,
    matched_at timestamptz,                                     -- when it last proved a delivery, to the minute
    removed_at timestamptz
);
create index ix_shop_secret_shop on shop_secret (shop_id) where removed_at is null;

alter table webhook_event add shop_id int references shop on delete restrict;
create index ix_webhook_event_shop on webhook_event (shop_id, received_at desc, id desc) where shop_id is not null;

-- What the shop calls an order and its lines, and what we do: a refund names the shop's numbers alone.
create table shop_line (
    shop_id int not null references shop on delete restrict,
    order_key text not null,
    line_key text not null,
    order_ref text not null,
    line_ref text not null,
    primary key (shop_id, order_key, line_key)
);
create table shop_order (
    shop_id int not null references shop on delete restrict,
    order_key text not null,
    order_ref text not null,
    currency char(3) not null,
    taxes_included boolean not null,        -- in the shop's prices
    net_share numeric not null,             -- what is left of the price of its lines without VAT
    attributed boolean not null,            -- whether the shop said anything of the way by which the buyer came
    seen_at timestamptz not null,
    primary key (shop_id, order_key)
);
create index ix_shop_order_seen on shop_order (shop_id, seen_at desc);

create table shop_doubt (                                       -- what was not understood, or left out, and why
    id bigint generated always as identity primary key,
    shop_id int not null references shop on delete restrict,
    order_ref text not null,
    about text not null check (about in ('shop_test', 'does_not_add_up', 'line_changed', 'refund_changed', 'spread',
        'no_money_back', 'other_currency', 'row_refused', 'no_amounts', 'order_deleted', 'data_asked_for')),
    detail text not null default '',
    noted_at timestamptz not null,
    constraint uq_shop_doubt unique (shop_id, order_ref, about, detail)
);
create index ix_shop_doubt_shop on shop_doubt (shop_id, noted_at desc, id desc);

-- Why an order was cancelled, as its shop says: the brand's own fault is told apart from the buyer's change of mind.
create table order_cancellation (
    brand_id int not null references brand on delete restrict,
    source text not null,
    order_ref text not null,
    reason text not null check (reason in ('by_buyer', 'out_of_stock', 'payment_failure', 'suspected_fraud',
        'shop_mistake', 'other_cancellation')),
    cancelled_at timestamptz not null,
    recorded_at timestamptz not null,
    primary key (brand_id, source, order_ref)
);

-- What a buyer has asked us to erase: it goes as soon as it is handled, and not only after 90 days. It says not whose.
create table webhook_erasure (
    event_id bigint primary key references webhook_event on delete restrict,
    asked_at timestamptz not null
);
create or replace function webhook_body_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and exists (select from webhook_event e where e.id = old.event_id
            and e.status in ('handled', 'ignored') and (e.received_at < now() - interval '90 days'
                or exists (select from webhook_erasure w where w.event_id = e.id))) then
        return old;
    end if;
    raise exception 'the body of event % never changes, and stays for 90 days and until it is handled', old.event_id
        using errcode = 'check_violation';
end $$;

revoke update, delete on webhook_erasure from streamcut_app;
revoke update, delete on shop_line, shop_doubt, shop_order, order_cancellation from streamcut_app;
revoke delete on shop, shop_secret from streamcut_app;
revoke update on shop_secret from streamcut_app;
grant update (matched_at, removed_at) on shop_secret to streamcut_app;
revoke update on shop from streamcut_app;
grant update (name, app_key, status, status_at) on shop to streamcut_app;
"""

DOWN = """
create or replace function webhook_body_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and exists (select from webhook_event e where e.id = old.event_id
            and e.status in ('handled', 'ignored') and e.received_at < now() - interval '90 days') then
        return old;
    end if;
    raise exception 'the body of event % never changes, and stays for 90 days and until it is handled', old.event_id
        using errcode = 'check_violation';
end $$;
drop table webhook_erasure;
alter table webhook_event drop column shop_id;
drop table order_cancellation;
drop table shop_doubt;
drop table shop_order;
drop table shop_line;
drop table shop_secret;
drop table shop;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
