"""The steps of a threshold bonus (rules.md B9). Pure."""

from __future__ import annotations

from collections.abc import Sequence

from app.contracts.terms.sheet import Step


def rate_at(steps: Sequence[Step], value: int) -> int:
    """The rate, in basis points, of the last step that begins at or below `value`; 0 below the first."""
    rates = [(step.from_value, step.rate_bps) for step in steps if step.rate_bps is not None]
    return max(((begins, rate) for begins, rate in rates if begins <= value), default=(0, 0))[1]
