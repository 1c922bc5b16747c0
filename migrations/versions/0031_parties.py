"""parties: who a party of a contract is, in versions; the newest counts"""

from alembic import op

revision = "0031"
down_revision = "0030"

UP = r"""
create table legal_details (
    id bigint generated always as identity primary key,
    brand_id bigint references brand on delete restrict,
    creator_id bigint references creator on delete restrict,
    name text not null constraint ck_legal_details_name
        check (name ~ '\S' and length(name) <= 200 and name !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'),
    address text not null constraint ck_legal_details_address check (address ~ '\S' and length(address) <= 500),
    country char(2) not null,
    email text not null constraint ck_legal_details_email check (email ~ '^[^@\s]+@[^@\s]+$' and length(email) <= 254),
    recorded_by bigint not null references person on delete restrict,
    recorded_at timestamptz not null,
    constraint ck_legal_details_party check (num_nonnulls(brand_id, creator_id) = 1)
);
create index ix_legal_details_brand on legal_details (brand_id, id desc) where brand_id is not null;
create index ix_legal_details_creator on legal_details (creator_id, id desc) where creator_id is not null;
revoke update, delete on legal_details from streamcut_app;  -- what stood in a contract that was signed stays
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute("drop table legal_details")
