"""One good row of every kind, fit for the cast; tests change what they are about. And how a test brings rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.csvfiles.exporting import export
from app.csvfiles.importing import Options, import_file
from app.csvfiles.report import Fault, ImportResult
from app.database import db
from app.errors import BadFile
from app.uploads.file_kinds import KINDS

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
Row = Mapping[str, Any]

FILES = """\
brands
handle,name,country,currency,timezone,platform_fee_percent
teapot,Teapot & Co,NL,EUR,Europe/Amsterdam,3.5

creators
handle,name,country,languages,timezone
noor,Noor Live,NL,nl|en,Europe/Amsterdam

channels
creator,platform,name,categories,followers,average_views,average_live_viewers,engagement_percent,audience_countries,verified_on
mira,tiktok,@mira,home|garden,120000,5000,300,4.25,NL:62.5|BE:20,2026-02-28

products
brand,sku,name,category,price,currency,commissionable
lumen,LAMP,Desk lamp,home,12.125,EUR,yes

contracts
contract,brand,creator,starts_on,ends_on,timezone,commission_percent,in_stream_percent,replay_percent,after_stream_percent,off_stream_percent,window_days,hold_days,coupons,exclusive_category
K1,lumen,mira,2026-01-01,2026-06-30,Europe/Amsterdam,10,12.5,,0,,14,30,MIRA10|mira vip,lighting

streams
stream,creator,brand,platform,starts_at,ends_at,skus
S1,mira,lumen,tiktok,2026-03-01T19:00:00+01:00,2026-03-01T20:30:00.5+01:00,LAMP|BULB

minutes
stream,minute,viewers,taps,impressions,orders,net_sales,currency,stock
S1,2026-03-01T19:05:00+01:00,250,31,900,4,48.50,EUR,96

engagement
stream,views,peak_viewers,watch_seconds,reactions,comments,shares
S1,8200,412,95,640,212,18

touches
brand,touch,visitor,creator,stream,occurred_at
lumen,T1,v-1,mira,,2026-03-01T19:05:00+01:00

sales
brand,source,order,line,occurred_at,visitor,sku,description,quantity,unit_price,discount,currency,country,coupon,checkout_stream
lumen,shop,1001,1,2026-03-01T19:10:00+01:00,v-1,LAMP,"Desk lamp, brass",3,12.125,1.20,EUR,NL,,

refunds
brand,source,refund,order,line,occurred_at,quantity,amount,currency
lumen,shop,R1,1001,1,2026-03-09T10:00:00Z,1,12.12,EUR
"""


def _row(header: str, cells: str) -> dict[str, str]:
    return next(csv.DictReader([header, cells]))


GOOD = {kind: _row(header, cells) for kind, header, cells in (part.splitlines() for part in FILES.split("\n\n"))}


def good(kind: str, **changes: str) -> dict[str, str]:
    """The good row of the kind, with these cells changed."""
    assert set(changes) <= set(GOOD[kind])
    return GOOD[kind] | changes


def as_csv(rows: Iterable[Row]) -> str:
    """The rows as a file of their kind."""
    rows = list(rows)
    text = io.StringIO()
    # a lone carriage return is left bare by this writer
    quoting = csv.QUOTE_ALL if any("\r" in cell for row in rows for cell in row.values()) else csv.QUOTE_MINIMAL
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n", quoting=quoting)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def bring(kind: str, content: str | bytes | Iterable[Row], folder: Path, **options: Any) -> ImportResult:
    """Imports a file of that content and commits."""
    path = folder / f"{kind}.csv"
    if not isinstance(content, str | bytes):
        content = as_csv(content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    door = {"by": options.pop("by", None), "at": options.pop("at", AT)}
    result = import_file(KINDS[kind], path, Options(**options), **door)
    db.session.commit()
    return result


def refused(kind: str, content: str | bytes | Iterable[Row], folder: Path, **options: Any) -> list[Fault]:
    """Imports a file that has to be refused for its rows; the faults that the report lists."""
    with pytest.raises(BadFile) as caught:
        bring(kind, content, folder, **options)
    db.session.rollback()
    report = caught.value.about["report"]
    assert (report.new, report.updated, report.import_id) == (0, 0, None)
    return list(report.faults)


def fault_of(kind: str, folder: Path, **changes: str) -> tuple[str, str]:
    """Column and reason for which the good row with these changes is refused."""
    (fault,) = refused(kind, [good(kind, **changes)], folder)
    assert fault.line == 2
    return fault.column, fault.reason


def exported(kind: str, brand_ids: Iterable[int] | None = None) -> list[dict[str, str]]:
    """What an export of the kind writes, row by row."""
    return list(csv.DictReader(io.StringIO(exported_text(kind, brand_ids), newline="")))


def exported_text(kind: str, brand_ids: Iterable[int] | None = None) -> str:
    """What an export of the kind writes."""
    out = io.BytesIO()
    export(KINDS[kind], out, None if brand_ids is None else list(brand_ids))
    return out.getvalue().decode()


def bring_all(folder: Path) -> None:
    """The good rows of all kinds, in order."""
    for kind in KINDS:
        assert bring(kind, [good(kind)], folder).new == 1


def count(table: str) -> int:
    """How many rows the table has."""
    return int(db.session.execute(db.text(f"select count(*) from {table}")).scalar_one())
