"""accounts: what an imported list changed, so that it can be taken back; how its counts are written"""

from alembic import op

revision = "0032"
down_revision = "0031"

UP = """
alter table creator_list add decimal_sign text not null default ''      -- of counts that fit two readings; empty: not said
    constraint ck_creator_list_decimal check (decimal_sign in ('', '.', ','));
alter table creator_list drop constraint ck_creator_list_status, drop constraint ck_creator_list_import,
    add constraint ck_creator_list_status check (status in ('previewed', 'imported', 'discarded', 'withdrawn')),
    add constraint ck_creator_list_import check ((import_id is null) = (status not in ('imported', 'withdrawn')));

-- Every account that a list has: which channel it is, and how that and its creator were before (null:
-- there was none) and after.
-- Accounts of lists imported before this was kept have no row: those lists stay.
create table list_account (
    import_id int not null references import on delete restrict,
    channel_id bigint not null,
    creator_id int not null,
    before jsonb,
    after jsonb,
    primary key (import_id, channel_id)
);
create index ix_list_account_channel on list_account (channel_id, import_id);

-- What a list may change of a channel and its creator.
create function listed_state(h channel, c creator) returns jsonb language sql stable as $$
    select jsonb_build_object(
        'followers', h.followers, 'average_views', h.average_views, 'average_live_viewers', h.average_live_viewers,
        'engagement_bps', h.engagement_bps, 'categories', h.categories,
        'name', c.name, 'country', c.country, 'languages', c.languages)
$$;
"""

DOWN = """
update creator_list set status = 'imported' where status = 'withdrawn';
drop table list_account;
drop function listed_state(channel, creator);
alter table creator_list drop column decimal_sign, drop constraint ck_creator_list_status,
    drop constraint ck_creator_list_import,
    add constraint ck_creator_list_status check (status in ('previewed', 'imported', 'discarded')),
    add constraint ck_creator_list_import check ((import_id is null) = (status <> 'imported'));
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
