"""programmes: rates a brand offers to many creators at once, and which contracts follow them"""

from alembic import op

revision = "0018"
down_revision = "0017"

# rules.md B6: a rise reaches everybody at once, a cut reaches who promotes already after 30 days. What was announced is
# kept; what it means for a contract is written as versions of its terms.
UP = """
create table programme (
    id int generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    brand_id int not null references brand on delete restrict,
    name text not null,
    made_by bigint not null references person on delete restrict,
    made_at timestamptz not null,
    constraint uq_programme_name unique (brand_id, name)
);
revoke delete on programme from streamcut_app;

create table programme_rate (
    id bigint generated always as identity primary key,
    programme_id int not null references programme on delete restrict,
    nr smallint not null,
    commission_bps int not null check (commission_bps between 0 and 10000),
    in_stream_bps int check (in_stream_bps between 0 and 10000),
    replay_bps int check (replay_bps between 0 and 10000),
    after_stream_bps int check (after_stream_bps between 0 and 10000),
    off_stream_bps int check (off_stream_bps between 0 and 10000),
    announced_by bigint not null references person on delete restrict,
    announced_at timestamptz not null,
    constraint uq_programme_rate_nr unique (programme_id, nr)
);
revoke update, delete on programme_rate from streamcut_app;

alter table contract
    add column programme_id int references programme on delete restrict,
    add column follows_since timestamptz,
    add constraint ck_contract_follows check ((programme_id is null) = (follows_since is null));
create index ix_contract_programme on contract (programme_id) where programme_id is not null;
"""

DOWN = """
alter table contract drop column programme_id, drop column follows_since;
drop table programme_rate, programme;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
