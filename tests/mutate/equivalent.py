"""Mutants that change nothing anybody could notice, and why. They are not counted. A mutant is known by its file, the
kind of change and the line as it becomes."""

from __future__ import annotations

EQUIVALENT: dict[tuple[str, str, str], str] = {
    (
        "app/payouts/batches/fingerprint.py",
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
    (
        "app/bonuses/sql/3_orders.sql",
        "condition dropped",
        "where in_month",
    ): "spares work: orders are read of promises with a refund rate alone",
    (
        "app/bonuses/sql/zones.sql",
        "condition dropped",
        "",
    ): "spares work: a calendar that no contract needs is joined by none",
    (
        "app/payouts/sql/move.sql",
        "condition dropped",
        "join entry e on e.brand_id = part.brand_id and e.kind = 'reserve' and e.cause = part.payout_id",
    ): "a payout is reserved once for each brand",
    (
        "app/bonuses/sql/5_slices.sql",
        "and to or",
        "where p.kind = 'threshold' or (s.so_far or (p.period = 'contract' and not p.past_complete))",
    ): "spares work: the slices of other promises are not read",
    (
        "app/bonuses/sql/months.sql",
        "and to or",
        "or case %(stage)s::text when 'provisional' then m.id is null",
    ): "spares work: in a month that is not due an evaluation finds nothing",
    (
        "app/ledger/sql/standings.sql",
        "max to min",
        "coalesce(min(paid.amount), 0)::bigint",
    ): "a currency has one sum of what is paid",
}
