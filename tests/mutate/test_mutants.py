"""What `make mutate` changes: what it should, nothing else, and one thing at a time."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.mutate import python, sql
from tests.mutate.equivalent import EQUIVALENT
from tests.mutate.targets import TARGETS, mutants_of, target_files, watched_by

ROOT = Path(__file__).resolve().parents[2]


def changed_sql(source: str) -> set[str]:
    return {" ".join(each.applied(source).split()) for each in sql.mutants("x.sql", source)}


def changed_python(source: str) -> set[str]:
    return {each.applied(source) for each in python.mutants("x.py", source)}


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("select from t where a < 5", {"select from t where a <= 5"}),
        ("select from t where a <> 'a < b -- c' -- d < e", {"select from t where a = 'a < b -- c' -- d < e"}),
        (
            "select from t where a = %(b)s and c between 2 and %(d)s or e",
            {
                "select from t where a <> %(b)s and c between 2 and %(d)s or e",
                "select from t where a = %(b)s or c between 2 and %(d)s or e",
                "select from t where a = %(b)s or e",
                "select from t where c between 2 and %(d)s or e",
                "select from t where a = %(b)s and c between 2 and %(d)s and e",
            },
        ),
        (
            "select x from t where (a) and exists (select from u where b and c) group by 1, 2",
            {
                "select x from t where (a) or exists (select from u where b and c) group by 1, 2",
                "select x from t where (a) group by 1, 2",
                "select x from t where exists (select from u where b and c) group by 1, 2",
                "select x from t where (a) and exists (select from u where b or c) group by 1, 2",
                "select x from t where (a) and exists (select from u where b ) group by 1, 2",
                "select x from t where (a) and exists (select from u where c) group by 1, 2",
            },
        ),
        (
            "select least(a::int, 0) - b from t order by a desc, b limit 1",
            {
                "select greatest(a::int, 0) - b from t order by a desc, b limit 1",
                "select least(a::int, 1) - b from t order by a desc, b limit 1",
                "select least(a::int, 0) + b from t order by a desc, b limit 1",
                "select least(a::int, 0) - b from t limit 1",
                "select least(a::int, 0) - b from t order by a , b limit 1",
            },
        ),
        ("update t set a = b where not exists (select c -> 'd' from u)", {
            "update t set a = b where exists (select c -> 'd' from u)",
        }),
        ("create table t (a int not null default 0)", set()),
    ],
)  # fmt: skip
def test_a_statement_is_changed_where_it_decides(source: str, changed: set[str]) -> None:
    assert changed_sql(source) == changed


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("a = b <= c", {"a = b < c"}),
        ("é = x is None or y", {"é = x is not None or y", "é = x is None and y", "é = x is None", "é = y"}),
        ("a = max(b + 1, c)", {"a = min(b + 1, c)", "a = max(b - 1, c)", "a = max(b + 0, c)"}),
        ("a = not b", {"a = b"}),
        ("q = s.order_by(x).where(y)", {"q = s.where(y)"}),
        ("get(x, with_for_update=True)", {"get(x, with_for_update=False)"}),
        ("assert a < b\n'''0 < 1'''", set()),
        ("@dataclass(frozen=True)\nclass A:\n    pass", set()),
    ],
)
def test_a_module_is_changed_where_it_decides(source: str, changed: set[str]) -> None:
    assert changed_python(source) == changed


def test_every_change_of_a_module_is_python_and_different() -> None:
    for path in target_files(ROOT):
        source = (ROOT / path).read_text()
        for mutant in mutants_of(ROOT, path):
            assert mutant.applied(source) != source
            if path.endswith(".py"):
                ast.parse(mutant.applied(source))


def test_the_money_is_among_the_targets_and_its_tests_are_there() -> None:
    names = set(target_files(ROOT))
    for room in ("sales", "bonuses", "payouts", "ledger"):
        assert {path.relative_to(ROOT).as_posix() for path in (ROOT / "app" / room / "sql").glob("*.sql")} <= names
    assert "app/money.py" in names
    assert not [name for name in names if name.endswith(("views.py", "__init__.py"))]
    for tests in TARGETS.values():
        assert all((ROOT / each).is_file() for each in tests)
    assert watched_by("app/users/links.py") == ()


def test_what_is_called_equivalent_is_still_a_mutant() -> None:
    keys = {each.key((ROOT / path).read_text()) for path in target_files(ROOT) for each in mutants_of(ROOT, path)}
    assert set(EQUIVALENT) <= keys
