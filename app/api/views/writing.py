"""Operations that bring sales, refunds and touches: by the rules of files, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from app.api.asked import count_rows
from app.api.batches import EXAMPLES, Recorded, RefundsSent, RowRecorded, SalesSent, Sent, TouchesSent
from app.api.callers import Caller
from app.api.models import Scope
from app.api.operations import operation
from app.csvfiles.kinds import Kind
from app.csvfiles.recording import record_rows
from app.sales.files import REFUNDS, SALES
from app.tracking.files import TOUCHES


@operation("POST", "/sales", Scope.SALES, Recorded, sent=SalesSent, example=EXAMPLES["sales"])
def sales_record(caller: Caller, sent: SalesSent) -> Recorded:
    """Send sale lines.

    Each row is stored, known already (`unchanged`), or rejected with a reason; a rejected row keeps no other out. A row
    whose key is stored with another content is rejected: nothing is overwritten. Who won a line is decided moments
    later.
    """
    return _record(SALES, caller, sent.sales)


@operation("POST", "/refunds", Scope.SALES, Recorded, sent=RefundsSent, example=EXAMPLES["refunds"])
def refunds_record(caller: Caller, sent: RefundsSent) -> Recorded:
    """Send refunds.

    Rows are answered as those of sales are. A refund may come before its sale.
    """
    return _record(REFUNDS, caller, sent.refunds)


@operation("POST", "/touches", Scope.TOUCHES, Recorded, sent=TouchesSent, example=EXAMPLES["touches"])
def touches_record(caller: Caller, sent: TouchesSent) -> Recorded:
    """Send touches.

    For links that are not ours: whoever came to your shop by a creator's link. Rows are answered as those of sales are.
    """
    return _record(TOUCHES, caller, sent.touches)


def _record(kind: Kind, caller: Caller, sent: Sequence[Sent]) -> Recorded:
    rows = [{"brand": caller.brand, **_cells(each)} for each in sent]
    outcomes = record_rows(kind, caller.brand_id, rows, through=caller.by.name, at=caller.at)
    counts = Counter(each.status for each in outcomes)
    count_rows(len(rows), counts["new"], counts["rejected"])
    return Recorded(
        read=len(rows),
        new=counts["new"],
        unchanged=counts["unchanged"],
        rejected=counts["rejected"],
        rows=[
            RowRecorded(status=each.status, field=each.column or None, reason=each.reason or None) for each in outcomes
        ],
    )


def _cells(row: Sent) -> dict[str, str]:
    """The row as a file has it."""
    return {name: "" if value is None else str(value) for name, value in row.__dict__.items()}
