"""Mutants that change nothing anybody could notice, and why. They are not counted. A mutant is known by its file, the
kind of change and the line as it becomes."""

from __future__ import annotations

EQUIVALENT: dict[tuple[str, str, str], str] = {
    (
        "app/payouts/fingerprint.py",
        "False to True",
        'text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=True)',
    ): "nothing in a fingerprint is a float",
    (
        "app/bonuses/sql/6_results.sql",
        "> to >=",
        "when t.amount >= t.earlier then",
    ): "nothing is nothing by either branch",
    (
        "app/payouts/sql/7_pay.sql",
        "order by dropped",
        "select %(batch)s, creator_id, %(currency)s, amount, %(at)s from payee where reason is null",
    ): "the order in which payouts are numbered promises nothing",
}
