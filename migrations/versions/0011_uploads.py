"""uploads: files a brand or an admin has dropped, looked at, then confirmed; and what each line earned, in one view"""

from alembic import op

revision = "0011"
down_revision = "0010"

UP = """
create table upload (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    brand_id int references brand on delete restrict,       -- null: the platform's admin brought it
    by_id bigint not null references person on delete restrict,
    by_name text not null,
    created_at timestamptz not null,
    status text not null default 'received' check (status in ('received', 'previewing', 'previewed', 'confirmed',
        'importing', 'settling', 'imported', 'refused', 'discarded')),
    status_at timestamptz not null,
    attempts int not null default 0,                        -- how often a worker has begun the step it is in
    skip_bad boolean not null default false,                -- confirmed without its bad rows
    confirmed_by bigint references person on delete restrict,
    progress_file int,                                      -- nr of the file being read; null: settling
    progress_rows bigint not null default 0,                -- read of this file
    progress_done bigint not null default 0,                -- of progress_total: bytes read, or lines settled
    progress_total bigint not null default 0,
    earned jsonb,                                           -- what it would earn, or has earned
    failure text,
    constraint ck_upload_confirmed check ((status in ('confirmed', 'importing', 'settling', 'imported')) <= (confirmed_by is not null)),
    constraint ck_upload_refused check ((status = 'refused') = (failure is not null))
);
create index ix_upload_brand on upload (brand_id, id desc);
create index ix_upload_work on upload (id) where status in ('received', 'previewing', 'confirmed', 'importing', 'settling');

create table upload_file (
    upload_id bigint not null references upload on delete cascade,
    nr int not null,
    name text not null,
    bytes bigint not null,
    kind text,
    problem text,                                           -- why it can't be read at all, in one sentence
    read_rows bigint not null default 0,
    new_rows bigint not null default 0,
    updated_rows bigint not null default 0,
    unchanged_rows bigint not null default 0,
    rejected_rows bigint not null default 0,
    bad jsonb not null default '[]',                        -- the first bad rows: line, column, value, reason
    bad_file text,                                          -- where all of them lie, under the upload's folder
    import_id int references import,
    primary key (upload_id, nr),
    constraint ck_upload_file_kind check ((kind is null) = (problem is not null))
);
create index ix_upload_file_import on upload_file (import_id) where import_id is not null;

-- What each line that is or was a creator's has earned them, and how much of it stands in live payouts. A line that
-- earns nothing (any more) is one too, whatever the order in which its facts came.
create index ix_decision_creator on decision (brand_id, creator_id, sale_id) where creator_id is not null;
create view earned as
select d.brand_id, d.creator_id, d.sale_id, d.rule, d.label, d.rate_bps, d.stream_id, b.net, b.unpaid, b.taken, b.moving,
    coalesce(b.available_on, d.available_on) available_on
from (      -- the newest decision that is this creator's; the line may have become another's since
    select distinct on (brand_id, creator_id, sale_id) * from decision
    where creator_id is not null
    order by brand_id, creator_id, sale_id, nr desc
) d
cross join lateral (
    select coalesce(sum(signed.amount), 0)::bigint net,
        coalesce(sum(signed.amount) filter (where o.id is null), 0)::bigint unpaid,
        count(o.id) taken,
        count(o.id) filter (where o.status in ('reserved', 'sent')) moving,
        coalesce(max(e.available_on) filter (where o.id is null), max(e.available_on)) available_on
    from entry e
    cross join lateral (select case e.credit when 'creator' then e.amount else -e.amount end amount) signed
    left join payout_line l on l.brand_id = e.brand_id and l.entry_id = e.id and l.released_at is null
    left join payout o on o.id = l.payout_id
    where e.brand_id = d.brand_id and e.kind = 'commission' and e.cause = d.sale_id and e.creator_id = d.creator_id
) b;

-- Where that money stands on the day `today`: a property of the date and the payouts, stored nowhere.
create function standing(line earned, today date) returns text language sql immutable as $$
    select case
        when line.net = 0 and line.taken = 0 then 'nothing'
        when line.moving > 0 then 'in_transit'
        when line.unpaid = 0 then 'paid'
        when line.unpaid < 0 then 'clawback'
        when line.available_on > today then 'pending'
        else 'payable'
    end
$$;
"""

DOWN = """
drop function standing(earned, date);
drop view earned;
drop index ix_decision_creator;
drop table upload_file, upload;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
