"""Moving to a distributed PostgreSQL (Citus): the same tables and statements, the large ones spread by brand.

What a market has by the million is distributed by `brand_id`, so that all of a brand lies together; what the statements
over it join is copied to every node; everything else stays on the coordinator, with the locks. docs/operations.md says
when and how.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from flask_babel import gettext
from psycopg.sql import SQL, Identifier

from app.database import APP_ROLE
from app.errors import Unavailable

Connection = psycopg.Connection[Any]

HOT = ("touch", "sale", "refund", "due", "due_aside", "decision", "decision_share", "entry", "balance", "payout_line")
# What statements over hot tables join with where the brand's rows lie, whoever is referred to before who refers.
REFERENCES = ("import", "brand", "creator", "brand_fee", "house_product", "stream", "contract", "terms", "coupon")
VERBS = ("select", "insert", "update", "delete", "truncate")

OBSTACLES = """
    select c.relname, t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where c.relnamespace = 'public'::regnamespace and not t.tgisinternal and c.relname = any (%(tables)s)
    order by 1, 2"""
PLACES = "select table_name::text, citus_table_type from citus_tables"
RIGHTS = """
    select c.relname, v.verb from pg_class c
    cross join unnest(%(verbs)s::text[]) v (verb)
    where c.relnamespace = 'public'::regnamespace and c.relname = any (%(tables)s)
        and not has_table_privilege(%(role)s, c.oid, v.verb)"""


@dataclass(frozen=True)
class Plan:
    """What there is to do: tables to distribute, and tables to copy everywhere."""

    distribute: list[str]
    copy: list[str]

    @property
    def sentences(self) -> list[str]:
        """The plan, a line a step; empty when everything is as it should be."""
        return [
            *(f"copy {table} to every node" for table in self.copy),
            *(f"distribute {table} by brand_id" for table in self.distribute),
        ]


def plan(owner: Connection) -> Plan:
    """What is still to be done on the database of the owner's connection.

    Raises Unavailable where it is no Citus, has no worker, is no coordinator's, or a trigger stands in the way.
    """
    if not _one(owner, "select exists (select from pg_extension where extname = 'citus')"):
        raise Unavailable(
            gettext("This database has no Citus: its server needs the extension (docs/operations.md) before this.")
        )
    if not _one(owner, "select exists (select from pg_dist_node where groupid > 0 and isactive)"):
        raise Unavailable(gettext("This Citus has no worker yet: add one with `select citus_add_node(...)` first."))
    places = dict(owner.execute(PLACES).fetchall())
    found = Plan(
        [table for table in HOT if places.get(table) != "distributed"],
        [table for table in REFERENCES if places.get(table) != "reference"],
    )
    triggers = owner.execute(OBSTACLES, {"tables": list(HOT)}).fetchall()
    if triggers:
        table, trigger = triggers[0]
        raise Unavailable(
            gettext("The trigger %(trigger)s of %(table)s stands in the way.", trigger=trigger, table=table)
        )
    return found


def distribute(owner: Connection) -> Plan:
    """Does what is still to be done, all of it or nothing, and takes away again what rights the application had not;
    returns what was done. The caller commits."""
    todo = plan(owner)
    given = {"tables": [*todo.copy, *todo.distribute], "verbs": list(VERBS), "role": APP_ROLE}
    denied = owner.execute(RIGHTS, given).fetchall()
    columns = _columns(owner, given["tables"])
    # The trigger of `terms` goes along: it looks up what is left out, and who writes terms leaves nothing out.
    owner.execute("set local citus.enable_unsafe_triggers to on")
    owner.execute("set local citus.multi_shard_modify_mode to 'sequential'")
    for table in todo.copy:
        owner.execute("select create_reference_table(%s)", [table])
    for table in todo.distribute:
        owner.execute(
            "select create_distributed_table(%s, 'brand_id', colocate_with => %s)",
            [table, "default" if table == HOT[0] else HOT[0]],
        )
    for table, verb in denied:
        owner.execute(SQL("revoke {} on {} from {}").format(SQL(verb), Identifier(table), Identifier(APP_ROLE)))
    for table, column, verb in columns:
        owner.execute(
            SQL("grant {} ({}) on {} to {}").format(
                SQL(verb), Identifier(column), Identifier(table), Identifier(APP_ROLE)
            )
        )
    return todo


def _columns(owner: Connection, tables: Sequence[str]) -> list[tuple[str, str, str]]:
    """Rights that the application has on single columns only, which a revoke of the whole table takes along."""
    return owner.execute(
        "select table_name, column_name, lower(privilege_type) from information_schema.column_privileges p"
        " where grantee = %(role)s and table_schema = 'public' and table_name = any (%(tables)s)"
        " and privilege_type in ('UPDATE', 'INSERT') and not has_table_privilege(%(role)s, table_name, privilege_type)",
        {"role": APP_ROLE, "tables": list(tables)},
    ).fetchall()


def without_login(owner: Connection) -> list[str]:
    """The workers on which the application's login does not exist."""
    found = owner.execute(
        "select nodename, nodeport, result from run_command_on_workers("
        "format('select exists (select from pg_roles where rolname = %%L and rolcanlogin)', %s::text))",
        [APP_ROLE],
    )
    return [f"{name}:{port}" for name, port, result in found if result != "t"]


def _one(owner: Connection, query: Any) -> Any:
    row = owner.execute(query).fetchone()
    return row and row[0]
