"""The arrows of the layout, where import-linter can't see them: in SQL, in file names and sizes."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINE = "users notifications catalog ledger contracts streams tracking sales bonuses payouts matching desks".split()
TABLES = {  # which room a table belongs to; what is not listed is the platform's and open to all
    "users": "person brand brand_fee creator membership user_session attempt invitation password_reset audit_event",
    "catalog": "product node brand_category brand_node",
    "ledger": "entry balance top_up credit_line reservation funding_state",
    "contracts": (
        "contract terms coupon offer offer_round offer_template agreement signature signing_code ending pause claim "
        "waiver breach bonus bonus_step bonus_condition effort programme programme_rate gift"
    ),
    "streams": "stream channel",
    "tracking": "touch",
    "sales": "sale refund due due_aside decision",
    "bonuses": "bonus_month award",
    "payouts": "bank_detail payout_hold payout_batch payout_file payout payout_line payout_skip",
    "matching": (
        "profile profile_category asking_price figure brand_profile result_consent list_mapping creator_list "
        "category_word search_word search_document campaign campaign_product application approach participation sample "
        "shortlist shortlist_entry creator_tag creator_note outcome airtime fatigue market_mean standing ranking plan "
        "backtest"
    ),
    "desks": "upload upload_file",
}
ROOM_OF = {table: room for room, tables in TABLES.items() for table in tables.split()}
NAMED = re.compile(r"\b(?:from|join|into|update|using|table|only)\s+([a-z_]+)\b", re.IGNORECASE)
DRAWERS = {"utils.py", "helpers.py", "service.py", "services.py", "manager.py", "common.py", "misc.py"}
SQL_FILES = sorted((ROOT / "app").glob("*/sql/*.sql"))
PYTHON_FILES = sorted(path for top in ("app", "tests", "migrations") for path in (ROOT / top).rglob("*.py"))


@pytest.mark.parametrize("path", SQL_FILES, ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_sql_reads_and_writes_only_tables_of_its_own_room_or_to_its_left(path: Path) -> None:
    room = path.parts[-3]
    allowed = set(LINE[: LINE.index(room) + 1]) if room in LINE else set()
    query = re.sub(r"--.*", "", path.read_text())
    foreign = {name for name in NAMED.findall(query) if ROOM_OF.get(name, "") and ROOM_OF[name] not in allowed}
    assert not foreign, f"{path.name} of {room} names {foreign}"


def test_every_table_of_a_room_is_a_table_of_the_migrations() -> None:
    made = "\n".join(path.read_text() for path in (ROOT / "migrations" / "versions").glob("*.py"))
    tables = set(re.findall(r"create (?:table|view) (\w+)", made))
    assert set(ROOM_OF) <= tables, f"no such table: {set(ROOM_OF) - tables}"


def test_no_module_is_a_drawer() -> None:
    assert [path for path in PYTHON_FILES if path.name in DRAWERS] == []


def test_files_stay_small_enough_to_hold_in_the_head() -> None:
    files = (ROOT / "app").rglob("*.py")
    long = {str(path.relative_to(ROOT)): n for path in files if (n := len(path.read_text().splitlines())) > 310}
    assert not long


def test_every_package_and_module_says_what_it_is_for() -> None:
    silent = [
        path.relative_to(ROOT)
        for path in (ROOT / "app").rglob("*.py")
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_public_functions_have_docstrings() -> None:
    silent = []
    for path in (ROOT / "app").rglob("*.py"):
        tree = ast.parse(path.read_text())
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
        for node in [*tree.body, *(inner for outer in classes for inner in outer.body)]:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert silent == []
