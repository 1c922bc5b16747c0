"""checkouts: what brands pay at Stripe, booked without a second person, and what of it is taken back"""

from alembic import op

revision = "0043"
down_revision = "0042"

UP = """
-- A payment that somebody of a brand has asked for. The row is there before Stripe is asked for its page, with the key it
-- is asked with. Who, what and how much never change.
create table checkout (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    brand_id int not null references brand on delete restrict,
    amount bigint not null constraint ck_checkout_amount check (amount > 0),
    currency char(3) not null,
    reference text not null unique,
    key text not null unique default gen_random_uuid()::text,
    status text not null default 'asked' constraint ck_checkout_status
        check (status in ('asked', 'open', 'on_its_way', 'paid', 'failed', 'expired', 'refused')),
    asked_by bigint not null references person,
    asked_at timestamptz not null,
    session text unique,                -- cs_...: Stripe's page
    url text,                           -- its address
    payment text unique,                -- pi_...: by it refunds and disputes name what they are about
    note text,                          -- why what came was not booked
    settled_at timestamptz,
    constraint ck_checkout_open check (status <> 'open' or (session is not null and url is not null)),
    constraint ck_checkout_paid check (status not in ('paid', 'refused') or payment is not null),
    constraint ck_checkout_refused check ((status = 'refused') = (note is not null)),
    constraint ck_checkout_settled
        check ((status in ('paid', 'failed', 'expired', 'refused')) = (settled_at is not null)),
    constraint uq_checkout_top_up unique (id, brand_id, amount, currency)
);
create index ix_checkout_brand on checkout (brand_id, id desc);
create index ix_checkout_asked on checkout (asked_at) where status = 'asked';
revoke update, delete on checkout from streamcut_app;
grant update (status, session, url, payment, note, settled_at) on checkout to streamcut_app;

-- What was paid at Stripe is vouched for by Stripe: nobody decides on it, and it is the payment's whole amount.
alter table top_up
    add checkout_id bigint constraint uq_top_up_checkout unique,
    add constraint fk_top_up_checkout foreign key (checkout_id, brand_id, amount, currency)
        references checkout (id, brand_id, amount, currency) on delete restrict,
    add constraint ck_top_up_checkout check (checkout_id is null or status = 'approved'),
    drop constraint ck_top_up_decided,
    add constraint ck_top_up_decided check ((status = 'recorded') = (decided_at is null)
        and (decided_by is null) = (status = 'recorded' or checkout_id is not null));

-- Money of a top-up that went back to whoever had paid it, and came again when the brand's bank was not right.
create table top_up_return (
    id bigint generated always as identity primary key,
    top_up_id bigint not null references top_up on delete restrict,
    brand_id int not null references brand on delete restrict,
    kind text not null constraint ck_top_up_return_kind check (kind in ('refund', 'dispute', 'dispute_won')),
    provider_ref text not null,         -- of Stripe: the dispute, or the charge and what was refunded of it until then
    amount bigint not null constraint ck_top_up_return_amount check (amount > 0),
    currency char(3) not null,
    happened_at timestamptz not null,
    recorded_at timestamptz not null,
    constraint uq_top_up_return_ref unique (kind, provider_ref)
);
create index ix_top_up_return_top_up on top_up_return (top_up_id);
create index ix_top_up_return_brand on top_up_return (brand_id, id desc);
revoke update, delete on top_up_return from streamcut_app;

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
    ('top_up', 'bank', 'brand_funds'), ('take', 'platform_revenue', 'bank')));
alter table entry add constraint ck_entry_creator check ((kind in ('fee', 'top_up', 'take')
    or (kind = 'vat' and 'platform_revenue' in (debit, credit))) = (creator_id is null));
drop table top_up_return;
alter table top_up
    drop constraint ck_top_up_decided,
    drop constraint ck_top_up_checkout,
    drop constraint fk_top_up_checkout,
    drop column checkout_id;
alter table top_up add constraint ck_top_up_decided check ((status = 'recorded') = (decided_by is null)
    and (decided_by is null) = (decided_at is null));
drop table checkout;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
