"""taxes: who parties are for the tax office, self-billing agreements, invoices without gaps in their numbers, reminders"""

from alembic import op

revision = "0040"
down_revision = "0039"

UP = r"""
-- Who a creator or a brand is for the tax office, in versions: the newest counts. Without either: the platform itself.
create table tax_profile (
    id bigint generated always as identity primary key,
    brand_id bigint references brand on delete restrict,
    creator_id bigint references creator on delete restrict,
    kind text not null constraint ck_tax_profile_kind check (kind in ('company', 'sole_trader', 'private_person')),
    name text not null constraint ck_tax_profile_name check (name ~ '\S' and length(name) <= 200),
    street text not null constraint ck_tax_profile_street check (street ~ '\S' and length(street) <= 200),
    postcode text not null constraint ck_tax_profile_postcode check (length(postcode) <= 20),
    town text not null constraint ck_tax_profile_town check (town ~ '\S' and length(town) <= 100),
    country char(2) not null constraint ck_tax_profile_country check (country ~ '^[A-Z]{2}$'),
    scheme text not null constraint ck_tax_profile_scheme check (scheme in ('vat_standard', 'small_business', 'no_vat')),
    vat_number text constraint ck_tax_profile_vat_number check (vat_number ~ '^[A-Z0-9+*]{4,20}$'),
    tax_number text constraint ck_tax_profile_tax_number check (tax_number ~ '\S' and length(tax_number) <= 40),
    born_on date,
    recorded_by bigint not null references person on delete restrict,
    recorded_at timestamptz not null,
    constraint ck_tax_profile_party check (num_nonnulls(brand_id, creator_id) <= 1),
    constraint ck_tax_profile_private check (kind <> 'private_person' or (scheme = 'no_vat' and vat_number is null)),
    constraint ck_tax_profile_vat check (kind = 'private_person' or scheme <> 'no_vat'),
    constraint ck_tax_profile_born check (creator_id is null or kind = 'company' or born_on is not null)
);
create index ix_tax_profile_creator on tax_profile (creator_id, id desc) where creator_id is not null;
create index ix_tax_profile_brand on tax_profile (brand_id, id desc) where brand_id is not null;
revoke update, delete on tax_profile from streamcut_app;  -- an invoice goes on saying what was true when it was made

-- The newest profile of each creator and brand.
create view tax_profile_now as
select distinct on (brand_id, creator_id) * from tax_profile order by brand_id, creator_id, id desc;

-- A creator lets a brand write their invoices. Both sign the same frozen text; a VAT number that changes ends it.
create table self_billing_agreement (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    brand_id bigint not null references brand on delete restrict,
    creator_id bigint not null references creator on delete restrict,
    brand_profile_id bigint not null references tax_profile on delete restrict,
    creator_profile_id bigint not null references tax_profile on delete restrict,
    text_version int not null,
    language text not null constraint ck_self_billing_agreement_language check (language in ('en', 'nl')),
    body text not null,
    sha256 bytea not null constraint ck_self_billing_agreement_sha256 check (length(sha256) = 32),
    made_by bigint not null references person on delete restrict,
    made_at timestamptz not null
);
create index ix_self_billing_agreement_pair on self_billing_agreement (brand_id, creator_id, id desc);
create index ix_self_billing_agreement_creator on self_billing_agreement (creator_id);
revoke update, delete on self_billing_agreement from streamcut_app;

create table self_billing_signature (
    agreement_id bigint not null references self_billing_agreement on delete restrict,
    side text not null constraint ck_self_billing_signature_side check (side in ('brand', 'creator')),
    person_id bigint not null references person on delete restrict,
    name text not null constraint ck_self_billing_signature_name check (name ~ '\S' and length(name) <= 200),
    sha256 bytea not null,              -- of the text that was signed
    address text not null,
    browser text not null,
    signed_at timestamptz not null,
    primary key (agreement_id, side)
);
revoke update, delete on self_billing_signature from streamcut_app;

create table self_billing_end (
    agreement_id bigint primary key references self_billing_agreement on delete restrict,
    side text not null constraint ck_self_billing_end_side check (side in ('brand', 'creator')),
    reason text not null constraint ck_self_billing_end_reason check (reason ~ '\S'),
    ended_by bigint not null references person on delete restrict,
    ended_at timestamptz not null
);
revoke update, delete on self_billing_end from streamcut_app;

-- Agreements in force: signed by both, not ended, the newest of the pair, and both VAT numbers still those it names.
create view self_billing_now as
select a.id as agreement_id, a.brand_id, a.creator_id, b.signed_at as since,
    (select min(s.signed_at) from (
        select max(signed_at) as signed_at from self_billing_signature y
        join self_billing_agreement z on z.id = y.agreement_id
        where z.brand_id = a.brand_id and z.creator_id = a.creator_id
        group by z.id having count(*) = 2) s) as first_signed_at
from (select distinct on (brand_id, creator_id) * from self_billing_agreement order by brand_id, creator_id, id desc) a
join lateral (
    select max(signed_at) as signed_at from self_billing_signature s where s.agreement_id = a.id having count(*) = 2
) b on true
join tax_profile bp on bp.id = a.brand_profile_id
join tax_profile cp on cp.id = a.creator_profile_id
join tax_profile_now bn on bn.brand_id = a.brand_id
join tax_profile_now cn on cn.creator_id = a.creator_id
where not exists (select from self_billing_end e where e.agreement_id = a.id)
    and bn.vat_number is not distinct from bp.vat_number and cn.vat_number is not distinct from cp.vat_number;

-- The last number given in a brand's year; brand 0 is the platform's own series. The row is locked by whoever issues.
create table invoice_series (
    brand_id bigint not null,
    year int not null,
    last int not null default 0,
    primary key (brand_id, year)
);
revoke delete on invoice_series from streamcut_app;

create table invoice (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    kind text not null constraint ck_invoice_kind
        check (kind in ('self_billed', 'self_billed_credit', 'fee_invoice', 'fee_credit')),
    series bigint not null,             -- the brand that issues it; 0: the platform
    year int not null,
    nr int not null constraint ck_invoice_nr check (nr > 0),
    number text not null unique,
    brand_id bigint not null references brand on delete restrict,
    creator_id bigint references creator on delete restrict,
    agreement_id bigint references self_billing_agreement on delete restrict,
    corrects_id bigint references invoice on delete restrict,   -- of a credit note: the invoice it corrects
    cancels boolean not null default false,                     -- it takes all that is left of it back
    month date not null,
    currency char(3) not null,
    tax_case text not null constraint ck_invoice_tax_case
        check (tax_case in ('domestic', 'domestic_exempt', 'reverse_charge', 'outside_scope')),
    type_code text not null constraint ck_invoice_type_code check (type_code in ('380', '381', '389', '261')),
    net bigint not null constraint ck_invoice_net check (net > 0),
    tax bigint not null constraint ck_invoice_tax check (tax >= 0),
    rate_bps int not null,
    issued_on date not null,
    issued_at timestamptz not null,
    due_on date not null,
    object_until date not null,
    detail jsonb not null,              -- both parties, the lines and the sentences of the law, as they were
    constraint uq_invoice_number unique (series, year, nr),
    constraint ck_invoice_series check (series = case when kind in ('fee_invoice', 'fee_credit') then 0 else brand_id end),
    constraint ck_invoice_parties check (
        (kind in ('fee_invoice', 'fee_credit')) = (creator_id is null) and (creator_id is null) = (agreement_id is null)),
    constraint ck_invoice_credit check ((kind in ('self_billed_credit', 'fee_credit')) = (corrects_id is not null)
        and cancels <= (corrects_id is not null)),
    constraint ck_invoice_taxed check ((tax_case = 'domestic') or tax = 0)
);
create index ix_invoice_brand on invoice (brand_id, id desc);
create index ix_invoice_creator on invoice (creator_id, id desc) where creator_id is not null;
create index ix_invoice_corrects on invoice (corrects_id) where corrects_id is not null;
create unique index uq_invoice_cancelled on invoice (corrects_id) where cancels;
revoke update, delete on invoice from streamcut_app;

-- Which entries of the books an invoice stands for. Those of a cancelled one may stand in another (a next round).
create table invoice_entry (
    brand_id bigint not null,
    entry_id bigint not null,
    round int not null constraint ck_invoice_entry_round check (round > 0),
    invoice_id bigint not null references invoice on delete restrict,
    primary key (brand_id, entry_id, round)
);
create index ix_invoice_entry_invoice on invoice_entry (invoice_id);
revoke update, delete on invoice_entry from streamcut_app;

-- The creator does not agree: from then on the invoice has no effect, and finance settles it.
create table invoice_objection (
    invoice_id bigint primary key references invoice on delete restrict,
    reason text not null constraint ck_invoice_objection_reason check (reason ~ '\S' and length(reason) <= 2000),
    objected_by bigint not null references person on delete restrict,
    objected_at timestamptz not null,
    note text,
    settled_by bigint references person on delete restrict,
    settled_at timestamptz,
    constraint ck_invoice_objection_settled
        check (num_nonnulls(note, settled_by, settled_at) in (0, 3))
);
revoke delete on invoice_objection from streamcut_app;

-- Not even the owner of the tables changes what was issued or signed; emptying whole tables is left to them.
create function issued_stays() returns trigger language plpgsql as $$
begin
    raise exception 'what was issued or signed is never changed: % of %', tg_op, tg_table_name
        using errcode = 'integrity_constraint_violation';
end $$;
create trigger issued_stays before update or delete on invoice
    for each statement execute function issued_stays();
create trigger issued_stays before update or delete on invoice_entry
    for each statement execute function issued_stays();
create trigger issued_stays before update or delete on self_billing_agreement
    for each statement execute function issued_stays();
create trigger issued_stays before update or delete on self_billing_signature
    for each statement execute function issued_stays();
create trigger issued_stays before update or delete on tax_profile
    for each statement execute function issued_stays();

-- A number follows the one before it: the series' row is taken first, and rolled back with whatever fails.
create function invoice_follows() returns trigger language plpgsql as $$
begin
    if new.nr <> (select coalesce(max(i.nr), 0) + 1 from invoice i where i.series = new.series and i.year = new.year) then
        raise exception 'invoice % of series % in % leaves a gap', new.nr, new.series, new.year
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger invoice_follows before insert on invoice for each row execute function invoice_follows();

-- VAT that an invoice adds to what was earned is paid like it, and VAT on the platform's fee like the fee.
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

-- Creators who earn and were asked for their tax details (DAC7): twice, then they are not paid until they give them.
create table tax_reminder (
    creator_id bigint not null references creator on delete restrict,
    nr int not null constraint ck_tax_reminder_nr check (nr in (1, 2)),
    sent_on date not null,
    blocks_on date not null,            -- from this day on nothing is paid without the details
    sent_at timestamptz not null,
    primary key (creator_id, nr)
);
revoke update, delete on tax_reminder from streamcut_app;

create view no_tax_data as
select r.creator_id, r.blocks_on::timestamp at time zone 'UTC' as since from tax_reminder r
where r.nr = 2 and r.blocks_on <= (now() at time zone 'UTC')::date
    and not exists (select from tax_profile p where p.creator_id = r.creator_id);
"""

DOWN = """
drop view no_tax_data;
drop table tax_reminder;
drop table invoice_objection, invoice_entry, invoice, invoice_series;
drop view self_billing_now;
drop table self_billing_end, self_billing_signature, self_billing_agreement;
drop view tax_profile_now;
drop table tax_profile;
drop function issued_stays(), invoice_follows();
alter table entry drop constraint ck_entry_accounts, drop constraint ck_entry_creator;
alter table entry add constraint ck_entry_accounts check ((kind, debit, credit) in (
    ('commission', 'brand_funds', 'creator'), ('commission', 'creator', 'brand_funds'),
    ('fee', 'brand_funds', 'platform_revenue'), ('fee', 'platform_revenue', 'brand_funds'),
    ('bonus', 'brand_funds', 'creator'), ('bonus', 'creator', 'brand_funds'),
    ('reserve', 'creator', 'payouts_in_transit'), ('settle', 'payouts_in_transit', 'bank'),
    ('release', 'payouts_in_transit', 'creator'), ('return', 'bank', 'creator'),
    ('top_up', 'bank', 'brand_funds'), ('take', 'platform_revenue', 'bank')));
alter table entry add constraint ck_entry_creator check ((kind in ('fee', 'top_up', 'take')) = (creator_id is null));
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
