"""Refunds that look like one already there: two shop systems may tell of one and the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from app.database import rows

MOST = 100  # that are listed


@dataclass(frozen=True)
class Alike:
    """A refund, and the earlier one of the same line, amount (minor units) and day, with another id or source."""

    source: str
    refund_ref: str
    order_ref: str
    line_ref: str
    amount: int
    currency: str
    day: str  # 2026-03-11, by the brand's clock
    other_source: str
    other_ref: str


def refunds_alike(connection: psycopg.Connection[Any], imports: Sequence[int]) -> list[Alike]:
    """The first MOST of the refunds these imports brought that look like an earlier one."""
    return rows(connection, "app.sales", "refunds_alike", {"imports": list(imports), "limit": MOST}, Alike)
