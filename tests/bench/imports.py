"""Import of sales against a bare COPY into a temporary table and INSERT ... ON CONFLICT into the same sales table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

from app import clock
from app.csvfiles.importing import import_file
from app.database import db
from app.uploads.file_kinds import KINDS
from tests.bench.ground import FILES, Ground, rows
from tests.bench.rounds import interleaved, ratio, timed

PIECE = 1 << 18
COLUMNS = (
    'brand text, source text, "order" text, line text, occurred_at timestamptz, visitor text, sku text,'
    " description text, quantity int, unit_price numeric, discount numeric, currency text, country text, coupon text,"
    " checkout_stream text"
)
INTO_SALE = """
    insert into sale (brand_id, source, order_ref, line_ref, occurred_at, visitor, sku, description, quantity,
        unit_price, discount_minor, base_minor, currency, country, coupon, coupon_key, checkout_stream, recorded_at,
        import_id)
    select b.id, f.source, f."order", f.line, f.occurred_at,
        substr(sha256(convert_to(f.brand || ':' || f.visitor, 'UTF8')), 1, 16), f.sku, f.description, f.quantity,
        f.unit_price, coalesce(f.discount, 0) * 100, (f.quantity * f.unit_price - coalesce(f.discount, 0)) * 100,
        f.currency, f.country, f.coupon, lower(trim(f.coupon)), f.checkout_stream, now(), 0
    from fresh f
    join brand b on b.handle = f.brand
    on conflict do nothing"""


def imports(ground: Ground) -> None:
    """Fresh import against the floor, and the same file once more against the fresh import."""
    file = ground.unpacked("sales")
    lines = sum(1 for _ in rows(file)) - 1
    print(f"import of {lines:,} sale lines")
    with ground.database("bench_import", FILES[: FILES.index("sales")]) as owner:
        rates = interleaved(
            ground.rounds,
            {
                "COPY + ON CONFLICT": lambda: _floor(owner, file, lines),
                "import": lambda: _import(owner, file, lines),
                "import again": lambda: _import_again(owner, file, lines),
            },
        )
    ratio(rates, "import", "COPY + ON CONFLICT", aim=0.6)
    ratio(rates, "import again", "import", aim=1.5)


def _floor(owner: psycopg.Connection[Any], file: Path, lines: int) -> float:
    _clear(owner)
    with timed() as clock_, owner.transaction():
        owner.execute(f"create temporary table fresh ({COLUMNS}) on commit drop")
        with owner.cursor().copy("copy fresh from stdin (format csv, header)") as copy, file.open("rb") as plain:
            while piece := plain.read(PIECE):
                copy.write(piece)
        owner.execute(INTO_SALE)
    assert _stored(owner) == lines
    return lines / clock_.seconds


def _import(owner: psycopg.Connection[Any], file: Path, lines: int) -> float:
    _clear(owner)
    seconds = _timed_import(file)
    assert _stored(owner) == lines
    assert owner.execute("select count(*) from due").fetchone() == (lines,)
    return lines / seconds


def _import_again(owner: psycopg.Connection[Any], file: Path, lines: int) -> float:
    """Follows `_import`: every line is stored already."""
    seconds = _timed_import(file)
    assert _stored(owner) == lines
    assert owner.execute("select count(*) from due").fetchone() == (lines,)
    return lines / seconds


def _timed_import(file: Path) -> float:
    with timed() as clock_:
        import_file(KINDS["sales"], file, by=None, at=clock.now())
        db.session.commit()
    return clock_.seconds


def _clear(owner: psycopg.Connection[Any]) -> None:
    owner.execute("truncate sale, due restart identity")


def _stored(owner: psycopg.Connection[Any]) -> int:
    row = owner.execute("select count(*) from sale").fetchone()
    assert row is not None
    return int(row[0])
