"""catalog: what brands sell"""

from alembic import op

revision = "0003"
down_revision = "0002"

UP = """
create table product (
    brand_id int not null references brand on delete restrict,
    id bigint generated always as identity,
    sku text collate "C" not null,
    name text not null,
    category text not null,
    price numeric not null check (price >= 0),
    currency char(3) not null,
    commissionable boolean not null,
    recorded_at timestamptz not null,
    import_id int references import,
    primary key (brand_id, id),
    constraint uq_product_sku unique (brand_id, sku)
);
create index ix_product_house on product (brand_id, sku) where not commissionable;   -- few; every sale line asks
"""

DOWN = "drop table product;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
