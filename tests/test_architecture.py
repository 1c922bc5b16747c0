"""The arrows of the layout, where import-linter can't see them: in SQL, in file names and sizes."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Container, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINE = (
    "users notifications catalog ledger contracts streams tracking sales bonuses invoicing payouts reporting creators "
    "campaigns samples ranking plans uploads orders live integrations api desks"
).split()
EDGES = ("cli", "demo", "processes")  # see everything
TABLES = {  # which room a table belongs to; what is not listed is the platform's and open to all
    "users": (
        "person brand brand_fee creator membership user_session attempt invitation password_reset audit_event "
        "totp_factor passkey passkey_challenge recovery_code factor_use"
    ),
    "catalog": "product house_product node brand_category brand_node",
    "ledger": (
        "entry balance top_up top_up_return checkout receipt receipt_series payout_schedule credit_line reservation "
        "funding_state shortage"
    ),
    "contracts": (
        "contract terms coupon offer offer_round offer_template agreement signature signing_code ending pause claim "
        "waiver breach bonus bonus_step bonus_condition effort programme programme_rate gift"
    ),
    "streams": (
        "stream channel show show_brand show_item pin show_moderator host_activity ad_reminder quarter_review "
        "stream_quarter stream_minute stream_engagement"
    ),
    "tracking": "touch link link_tally brand_domain click_pace",
    "sales": (
        "sale refund due due_aside decision order_cancellation dispute dispute_message dispute_file dispute_ruling "
        "commission_hold commission_event split_rule decision_share"
    ),
    "bonuses": "bonus_month award",
    "payouts": (
        "bank_detail payout_hold payout_batch payout_file payout payout_line payout_skip "
        "approval_band batch_approval status_move "
        "bank_report bank_report_line bank_report_payout batch_closing "
        "stripe_account stripe_recipient bank_route transfer transfer_reversal payment_destination has_left pace "
        "held_money "
        "payee_check payee_acknowledgement payee_answer creator_account creator_obstacle refused_account "
        "payout_promise payout_wait "
        "payout_offset debt_write_off "
        "reference_rate brand_size payment_term late_claim "
        "provider_movement provider_statement provider_note provider_expected"
    ),
    "invoicing": (
        "tax_profile tax_profile_now self_billing_agreement self_billing_signature self_billing_end self_billing_state "
        "self_billing_now "
        "invoice_series invoice invoice_entry invoice_objection tax_reminder"
    ),  # the view no_tax_data is open to all
    "creators": (
        "outcome airtime profile profile_category asking_price figure brand_profile result_consent list_mapping "
        "creator_list list_account listed_account likeness "
        "category_word search_word search_document shortlist shortlist_entry creator_tag "
        "creator_note creator_traits shared_buyers alike"
    ),
    "campaigns": "campaign campaign_product application approach participation",
    "samples": "sample",
    "ranking": "fatigue market_mean standing ranking ranking_model backtest backtest_request",
    "plans": "plan",
    "uploads": "upload upload_file export_reading",
    "orders": "product_stock product_price selling_terms flash_price purchase order_refund waiting_buyer",
    "live": (
        "chatter chat_message blocked_word show_presence show_minute item_minute product_tap stream_result fatigue_mark"
    ),
    "integrations": (
        "webhook_event webhook_body webhook_latest webhook_refusal webhook_erasure shop shop_secret shop_line"
        " shop_order shop_doubt"
    ),
    "api": "api_key api_secret api_use api_request api_answer",
    "notifications": "outgoing_endpoint outgoing_secret outgoing_event outgoing_delivery outgoing_attempt",
}
ROOM_OF = {table: room for room, tables in TABLES.items() for table in tables.split()}
NAMED = re.compile(r"\b(?:from|join|into|update|using|table|only)\s+([a-z_]+)\b", re.IGNORECASE)
SQL = re.compile(r"\s*(?:select|insert|update|delete|with|lock|truncate)\b", re.IGNORECASE)
DRAWERS = {"utils.py", "helpers.py", "service.py", "services.py", "manager.py", "common.py", "misc.py"}
SQL_FILES = sorted((ROOT / "app").glob("*/sql/*.sql"))
APP_FILES = sorted((ROOT / "app").rglob("*.py"))
PYTHON_FILES = sorted(path for top in ("app", "tests", "migrations") for path in (ROOT / top).rglob("*.py"))


def foreign_tables(room: str, query: str) -> set[str]:
    """The tables that the query names although they lie to the right of its room."""
    if room in EDGES:
        return set()
    allowed = set(LINE[: LINE.index(room) + 1]) if room in LINE else set[str]()
    return {name for name in NAMED.findall(query) if ROOM_OF.get(name, "") and ROOM_OF[name] not in allowed}


def queries_of(path: Path) -> Iterator[str]:
    """The statements that stand in a module as strings, put together where a string is written in pieces."""
    inside: set[int] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if id(node) in inside:
            continue
        inside |= {id(child) for child in ast.walk(node)} if isinstance(node, ast.JoinedStr | ast.BinOp) else set()
        pieces = [
            each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)
        ]
        if isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp) and SQL.match("".join(pieces)):
            yield "".join(pieces)


@pytest.mark.parametrize("path", SQL_FILES, ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_sql_reads_and_writes_only_tables_of_its_own_room_or_to_its_left(path: Path) -> None:
    query = re.sub(r"--.*", "", path.read_text())
    assert not foreign_tables(path.parts[-3], query), path.name


def test_sql_inside_python_keeps_to_the_same_arrows() -> None:
    looked_at, wrong = 0, {}
    for path in APP_FILES:
        module = path.relative_to(ROOT / "app")
        for query in queries_of(path):
            looked_at += 1
            if foreign := foreign_tables(module.parts[0], query):
                wrong[f"{module}: {query[:60]}"] = foreign
    assert looked_at > 80  # or the reader has gone blind
    assert wrong == {}


def imports_of(path: Path, modules: Container[str]) -> set[str]:
    """What a module imports of ours when it is loaded, and the packages whose faces are loaded on the way.

    The faces above the module itself are loaded before it in any case: only who asks them for something counts.
    """
    asked: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        for inner in ast.walk(node) if not isinstance(node, ast.FunctionDef | ast.ClassDef) else ():
            if isinstance(inner, ast.Import):
                asked |= {alias.name for alias in inner.names}
            elif isinstance(inner, ast.ImportFrom) and inner.module:
                names = {f"{inner.module}.{alias.name}" for alias in inner.names}
                asked |= {name if name in modules else inner.module for name in names}
    own = _name(path)
    faces = {name.rsplit(".", count)[0] for name in asked for count in range(name.count(".") + 1)}
    return {name for name in asked | {face for face in faces if not own.startswith(f"{face}.")} if name in modules}


def knots(graph: dict[str, set[str]]) -> list[set[str]]:
    """The modules that import one another in a circle, knot by knot."""
    reach: dict[str, set[str]] = {}
    for start in graph:
        seen, open_ = set[str](), [start]
        while open_:
            new = graph[open_.pop()] - seen
            seen |= new
            open_ += new
        reach[start] = seen
    return [{other for other in reach[name] if name in reach[other]} for name in graph if name in reach[name]]


def test_no_modules_import_one_another_in_a_circle_package_faces_included() -> None:
    modules = {_name(path): path for path in APP_FILES if _name(path) != "app"}  # the factory knows all rooms
    assert knots({name: imports_of(path, modules) - {name} for name, path in modules.items()}) == []


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_no_folder_holds_more_modules_than_one_can_hold_in_the_head() -> None:
    sizes = Counter(path.parent for path in APP_FILES)
    assert {str(folder.relative_to(ROOT)): size for folder, size in sizes.items() if size > 26} == {}


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
