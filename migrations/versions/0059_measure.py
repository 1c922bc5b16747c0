"""measure: what reads whole tables right after a large import plans by what is in them"""

from alembic import op

revision = "0059"
down_revision = "0058"

UP = """
-- Autovacuum measures a table a minute or more after it has grown, and one that it met in the middle of a large import
-- it takes for empty. Whoever reads whole tables before it comes again would wait for ever: a join of half a million
-- rows is then planned as one of none. So they measure first what has changed by a tenth since it was measured.
create function measure_changed() returns void language plpgsql security definer
    set search_path = pg_catalog, pg_temp set lock_timeout = '1min' as $$
declare
    relation name;
begin
    for relation in
        select c.relname from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
            and pg_stat_get_mod_since_analyze(c.oid) > 10000 + greatest(c.reltuples, 0) / 10
    loop
        execute format('analyze (skip_locked) public.%I', relation);
    end loop;
end $$;
revoke all on function measure_changed() from public;
grant execute on function measure_changed() to streamcut_app;
"""

DOWN = """
drop function measure_changed();
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
