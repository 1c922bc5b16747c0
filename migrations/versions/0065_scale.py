"""scale: what hot statements look up can be copied to every node of a distributed database"""

from alembic import op

revision = "0065"
down_revision = "0064"

UP = """
-- The brands' products that earn no commission: of many products a few, and all that settlement asks of them. `product`
-- itself keeps its history by triggers, so it stays where it is; this is copied to every node of a distributed database.
create table house_product (
    brand_id int not null,
    sku text collate "C" not null,
    primary key (brand_id, sku)
);
insert into house_product (brand_id, sku) select brand_id, sku from product where not commissionable;
create function note_house_product() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        delete from house_product where brand_id = old.brand_id and sku = old.sku;
    end if;
    if tg_op <> 'DELETE' then
        insert into house_product (brand_id, sku) select new.brand_id, new.sku where not new.commissionable;
    end if;
    return null;
end $$;
create trigger house_product_new after insert on product for each row
    when (not new.commissionable) execute function note_house_product();
create trigger house_product_changed after update on product for each row
    when ((old.brand_id, old.sku, old.commissionable) is distinct from (new.brand_id, new.sku, new.commissionable))
    execute function note_house_product();
create trigger house_product_gone after delete on product for each row
    when (not old.commissionable) execute function note_house_product();
drop index ix_product_house;

-- Who writes terms gives the pair, which the foreign key compares with the contract; the trigger looks up what is left out.
drop trigger terms_pair on terms;
create trigger terms_pair before insert or update on terms for each row
    when (new.brand_id is null or new.creator_id is null) execute function terms_pair();
"""

DOWN = """
drop trigger terms_pair on terms;
create trigger terms_pair before insert or update on terms for each row execute function terms_pair();
create index ix_product_house on product (brand_id, sku) where not commissionable;
drop trigger house_product_gone on product;
drop trigger house_product_changed on product;
drop trigger house_product_new on product;
drop function note_house_product;
drop table house_product;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
