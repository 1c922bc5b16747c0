"""The why page: everything about one sale line, rebuilt from what was recorded, as far as the reader may see it.

Two queries, whatever the line has been through. What belongs to other creators is blotted out here, not in the page.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row, dict_row

from app.database import statement
from app.desks.lines.candidates import (
    CLOSED,
    Candidate,
    Winner,
    weigh,
)
from app.desks.lines.sale_line import (
    Booked,
    Line,
    Returned,
    Verdict,
    read,
)
from app.sales.cancellations import BY_BRAND
from app.sales.models import REJECTIONS, Rule

Connection = psycopg.Connection[Any]
NOBODY = (None, None, None)  # id, public id and name of a creator


@dataclass(frozen=True)
class Viewer:
    """Who reads: the brand's people and the platform see the whole line, a creator only what concerns them."""

    whole: bool
    platform: bool = False
    creator_ids: frozenset[int] = frozenset()

    def may_see(self, creator_id: int | None) -> bool:
        """Whether what belongs to this creator may be shown; what belongs to nobody may."""
        return self.whole or creator_id is None or creator_id in self.creator_ids


@dataclass(frozen=True)
class Sums:
    """The arithmetic of settlement.md sections 5 and 6, in minor units of the line's currency."""

    base: int
    refunded: int
    excess: int
    commission: int = 0
    net_commission: int = 0
    fee: int = 0
    net_fee: int = 0
    booked_commission: int = 0
    booked_fee: int = 0

    @property
    def waiting(self) -> bool:
        """Whether something recorded has not reached the books yet."""
        return (self.net_commission, self.net_fee) != (self.booked_commission, self.booked_fee)


@dataclass(frozen=True)
class Late:
    """Something that came too late to count: what it is, its reference, whose, and when it was recorded."""

    kind: str
    ref: str | None
    creator_id: int | None
    creator_uuid: UUID | None
    creator_name: str | None
    recorded_at: datetime | None


@dataclass(frozen=True)
class Story:
    """All the page tells."""

    line: Line
    verdict: Verdict | None
    verdicts: list[Verdict]
    sums: Sums
    refunds: list[Returned]
    entries: list[Booked]
    candidates: list[Candidate]
    late: list[Late]
    viewer: Viewer
    kept: bool  # the commission, although the brand has cancelled the order
    standing: str  # of the commission, by the function `standing` of the database; empty where there is none


def explain(connection: Connection, brand_id: int, sale_id: int, viewer: Viewer, *, today: date) -> Story | None:
    """The story of one sale line as `viewer` may read it on the day `today` (UTC); None when there is no such line."""
    keys = {"brand": brand_id, "sale": sale_id, "today": today}
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(statement("app.desks", "why_line"), keys).fetchone()
    if row is None:
        return None
    line = Line(**{field.name: row[field.name] for field in fields(Line)})
    verdicts = [read(Verdict, each) for each in row["decisions"]]
    refunds = [read(Returned, each) for each in row["refunds"]]
    entries = _spoken([read(Booked, each) for each in row["entries"]])
    verdict = verdicts[-1] if verdicts else None
    candidates = _candidates(connection, line, verdict) if verdict else []
    return Story(
        line=_shown(line, verdict, viewer),
        verdict=_read_by(viewer, verdicts)[-1] if verdict else None,
        verdicts=_read_by(viewer, verdicts),
        sums=add_up(line, verdict, refunds, entries),
        refunds=refunds,
        entries=[each for each in entries if viewer.whole or each.creator_id in viewer.creator_ids],
        candidates=[_veil(each, viewer) for each in candidates if each.outcome not in ("won", "too_late")],
        late=_late(line, verdict, candidates, viewer) if verdict else [],
        viewer=viewer,
        kept=keeps(verdict, line),
        standing=_standing(verdict, viewer, row["standings"]),
    )


def _standing(verdict: Verdict | None, viewer: Viewer, standings: dict[str, str]) -> str:
    if verdict is None:
        return ""
    if not viewer.may_see(verdict.creator_id):  # of a line in which the reader has a share
        return next((standings[key] for key in map(str, sorted(viewer.creator_ids)) if key in standings), "")
    return standings.get(str(verdict.creator_id), "")


def add_up(line: Line, verdict: Verdict | None, refunds: list[Returned], entries: list[Booked]) -> Sums:
    """Target and booked amounts of the line under `verdict` (settlement.md sections 5 and 6)."""
    total = sum(each.amount for each in refunds if counts(each, line))
    refunded = min(line.base_minor, total)
    sums = Sums(line.base_minor, refunded, total - refunded)
    booked = {
        f"booked_{kind}": sum(each.signed for each in entries if each.kind == kind) for kind in ("commission", "fee")
    }
    if verdict is None or verdict.rate_bps is None or verdict.fee_bps is None:
        return replace(sums, **booked)
    rest = line.base_minor - refunded
    earning = line.base_minor if keeps(verdict, line) else rest
    return replace(
        sums,
        commission=share(line.base_minor, verdict.rate_bps),
        net_commission=share(earning, verdict.rate_bps),
        fee=share(line.base_minor, verdict.fee_bps),
        net_fee=share(rest, verdict.fee_bps),
        **booked,
    )


def keeps(verdict: Verdict | None, line: Line) -> bool:
    """Whether the commission stays although the order was cancelled: the brand did, and the terms say so. The fee of
    the platform falls all the same (settlement.md section 6)."""
    return verdict is not None and bool(verdict.keeps_cancelled) and line.cancelled_as in BY_BRAND


def share(amount_minor: int, bps: int) -> int:
    """`round(amount x rate)` of settlement.md: half away from zero; amounts are never negative here."""
    return (amount_minor * bps + 5000) // 10_000


def counts(refund: Returned, line: Line) -> bool:
    """Whether a refund takes something off the line."""
    return refund.currency == line.currency and not refund.withdrawn


def _candidates(connection: Connection, line: Line, verdict: Verdict) -> list[Candidate]:
    parameters = {
        "brand": line.brand_id,
        "at": line.occurred_at,
        "decided_at": verdict.decided_at,
        "checkout_stream": line.checkout_stream,
        "coupon_key": line.coupon_key,
        "visitor": line.visitor,
        "rule": verdict.rule,
        "stream": verdict.stream_id,
        "contract": verdict.contract_id,
        "terms": verdict.terms_id,
        "touch": verdict.touch_id,
    }
    with connection.cursor(row_factory=class_row(Candidate)) as cursor:
        rows = cursor.execute(statement("app.desks", "why_candidates"), parameters).fetchall()
    for kind, name in ((Rule.COUPON, line.coupon), (Rule.CHECKOUT, line.checkout_stream)):
        if name and all(each.kind != kind or each.late for each in rows):
            rows.insert(0, Candidate(kind, name, line.occurred_at))  # a name that nobody had, then
    winner = Winner(verdict.rule, verdict.reason, verdict.contract_id, verdict.touch_id)
    return weigh(rows, winner, line.occurred_at)


def _spoken(entries: list[Booked]) -> list[Booked]:
    """Each entry with its word: a difference is a reversal before payment, a clawback after it (settlement.md 6)."""
    booked: list[Booked] = []
    for entry in entries:
        paid_before = any(
            each.paid and each.payout_at and each.payout_at <= entry.recorded_at and each.creator_id == entry.creator_id
            for each in booked
        )
        if entry.kind == "commission" and _moved(entry, entries):
            word = "redated"
        elif entry.signed < 0 and entry.kind == "commission":
            word = "clawback" if paid_before else "reversal"
        elif entry.kind == "fee":
            word = "fee" if entry.signed > 0 else "fee_back"
        else:
            first = not any((each.kind, each.creator_id) == (entry.kind, entry.creator_id) for each in booked)
            word = "commission" if first else "correction"
        booked.append(replace(entry, word=word))
    return booked


def _moved(entry: Booked, entries: list[Booked]) -> bool:
    """Whether the entry is one of a pair that moves an amount from one day to another (settlement.md section 8)."""
    return any(
        (each.recorded_at, each.creator_id, each.signed) == (entry.recorded_at, entry.creator_id, -entry.signed)
        and each.kind == entry.kind
        and each.available_on != entry.available_on
        for each in entries
    )


def _late(line: Line, verdict: Verdict, candidates: list[Candidate], viewer: Viewer) -> list[Late]:
    """What was recorded after the decision and changed nothing by itself (settlement.md section 7)."""
    late = []
    for each in candidates:
        seen = viewer.may_see(each.creator_id)
        whose = each.creator_id, each.creator_uuid, each.creator_name
        if each.outcome == "too_late":
            late.append(Late(each.kind, each.ref, *whose, each.recorded_at))
        elif each.late_contract_ref and verdict.reason not in CLOSED:
            late.append(Late("contract", each.late_contract_ref, *whose, each.late_contract_at))
        else:
            continue
        if not seen:
            late[-1] = Late(late[-1].kind, None, *NOBODY, late[-1].recorded_at)
    if line.commissionable is False and verdict.rule:
        later = line.product_recorded_at
        late.append(Late("product", line.sku, *NOBODY, later if later and later > verdict.decided_at else None))
    return list(dict.fromkeys(late))


def _read_by(viewer: Viewer, verdicts: list[Verdict]) -> list[Verdict]:
    """The decisions as the viewer may read them. Why one was made is told to whom it takes the line from and to whom it
    gives it: what is said to another creator, and why theirs was rejected, is nobody else's."""
    told: list[Verdict] = []
    had: int | None = None
    for each in verdicts:
        shown = _blot(each, viewer)
        mine = viewer.whole or {had, each.creator_id} & viewer.creator_ids
        if not mine and had is not None:
            shown = replace(shown, note=None)
            if each.reason in REJECTIONS:
                shown = replace(shown, reason="")
        told.append(shown)
        had = each.creator_id or had
    return told


def _blot(verdict: Verdict, viewer: Viewer) -> Verdict:
    """A decision for another creator shows that it was made, and nothing of whose it is or on which terms."""
    if viewer.may_see(verdict.creator_id):
        return verdict if viewer.whole else replace(verdict, fee_bps=None)
    kept = {"nr", "rule", "reason", "decided_at", "decided_by", "note"}
    nothing: dict[str, Any] = {field.name: None for field in fields(Verdict) if field.name not in kept}
    return replace(verdict, **nothing | {"hidden": True})


def _veil(candidate: Candidate, viewer: Viewer) -> Candidate:
    if candidate.outcome == "foreign_stream" and not viewer.platform:
        candidate = replace(candidate, outcome="unknown_stream", creator_id=None, creator_uuid=None, creator_name=None)
    if viewer.may_see(candidate.creator_id):
        return candidate
    return replace(
        candidate,
        ref=None,
        link_code=None,
        evidence=None,
        stream_ref=None,
        creator_uuid=None,
        creator_name=None,
        contract_ref=None,
        window_days=None,
    )


def _shown(line: Line, verdict: Verdict | None, viewer: Viewer) -> Line:
    """The code and the stream of a line name somebody: a creator sees them only where they decided for that creator."""
    if viewer.whole:
        return line
    rule = verdict.rule if verdict and verdict.creator_id in viewer.creator_ids else None
    return replace(
        line,
        coupon=line.coupon if rule == Rule.COUPON else None,
        checkout_stream=line.checkout_stream if rule == Rule.CHECKOUT else None,
        import_uuid=None,
        import_file=None,
    )
