"""A plain Python reading of assembly (rules.md B21, settlement.md section 8), to compare the statements with."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date


@dataclass
class Earned:
    """One entry of a creator's earnings; `payout` while a live payout pays it."""

    brand: int
    creator: int
    currency: str
    amount: int
    available_on: date
    payout: int | None = None
    carried: bool = False  # a debt that a payout did not repay, or its mirror


@dataclass
class Market:
    """What is known of money: earnings, and what each brand put in, was charged and has paid out or reserved."""

    earned: list[Earned] = field(default_factory=list)
    cash: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    shares: dict[tuple[int, int], int] = field(default_factory=dict)  # (creator, brand) -> basis points
    unpayable: dict[int, str] = field(default_factory=dict)  # creator -> no_method, method_changed, on_hold

    def due(self, currency: str, cutoff_on: date) -> list[Earned]:
        """What a batch would look at."""
        return [
            entry
            for entry in self.earned
            if entry.payout is None and entry.currency == currency and entry.available_on <= cutoff_on
        ]

    def parts(self, currency: str, cutoff_on: date) -> dict[tuple[int, int], int]:
        """What each brand would pay each creator: all that is due, but for debts never less than the rest of what was
        earned after the share that may repay them (rules.md B11). Every entry here is a line of its own."""
        parts, earned = defaultdict[tuple[int, int], int](int), defaultdict[tuple[int, int], int](int)
        for entry in self.due(currency, cutoff_on):
            key = entry.creator, entry.brand
            parts[key] += entry.amount
            earned[key] += 0 if entry.carried else max(entry.amount, 0)
        for key, sum_ in parts.items():
            kept = earned[key] - earned[key] * self.shares.get(key, 5000) // 10_000
            parts[key] = kept if kept > max(sum_, 0) else sum_
        return parts

    def assemble(
        self, currency: str, cutoff_on: date, minimum: int
    ) -> tuple[dict[tuple[int, int], int], set[tuple[int, int | None, int, str]]]:
        """The parts to pay by (creator, brand), and who is skipped as (creator, brand or None, amount, reason)."""
        parts = self.parts(currency, cutoff_on)
        skipped: set[tuple[int, int | None, int, str]] = set()
        for creator in {creator for creator, _ in parts}:
            own = [amount for (of, _), amount in parts.items() if of == creator and amount]
            positive = sum(amount for amount in own if amount > 0)
            if positive >= max(minimum, 1) and creator not in self.unpayable:
                continue
            if positive:
                skipped.add((creator, None, positive, self._reason(creator, positive, minimum)))
            elif own:
                skipped.add((creator, None, sum(own), "negative"))
            parts = {key: amount for key, amount in parts.items() if key[0] != creator}
        payable = {key: amount for key, amount in parts.items() if amount > 0}
        for brand in {brand for _, brand in payable}:
            if sum(amount for (_, of), amount in payable.items() if of == brand) > self.cash[brand, currency]:
                skipped |= {
                    (creator, of, amount, "brand_unfunded") for (creator, of), amount in payable.items() if of == brand
                }
                parts = {key: amount for key, amount in parts.items() if key[1] != brand}
        payable = {key: amount for key, amount in parts.items() if amount > 0}
        for creator in {creator for creator, _ in payable}:
            left = sum(amount for (of, _), amount in payable.items() if of == creator)
            if left < minimum:
                skipped.add((creator, None, left, "below_minimum"))
                payable = {key: amount for key, amount in payable.items() if key[0] != creator}
        return payable, skipped

    def _reason(self, creator: int, positive: int, minimum: int) -> str:
        return "below_minimum" if positive < minimum else self.unpayable[creator]
