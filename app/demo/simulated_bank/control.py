"""What tests tell the simulated bank, and what they read in its books. Never reached by the product."""

from __future__ import annotations

from typing import Any

from app.demo.simulated_bank import statement
from app.demo.simulated_bank.answers import Bank
from app.demo.simulated_bank.faults import Faults, Limit
from app.demo.simulated_bank.webhooks import Courier, Manners


def obey(bank: Bank, courier: Courier | None, order: dict[str, Any]) -> dict[str, Any]:
    """Does what each entry of the order says, in this sequence, and answers with what was asked for."""
    store, books, answer = bank.store, bank.books, dict[str, Any]()
    if order.get("settle"):
        bank.settle()
    with store.transaction():
        if order.get("clear"):
            store.clear()
        if "secret" in order:
            bank.secret = order["secret"]
        if "clock" in order:  # seconds ahead
            store.set("offset", float(order["clock"]))
        if "fee" in order:  # of a payment: basis points and minor units, as 150:25; empty: none
            store.set("fee", order["fee"])
        if "limit" in order:
            bank.limit = Limit(order["limit"])
        if "faults" in order:
            bank.faults = Faults(order["faults"], order.get("seed", 0), order.get("slow", 0.5))
        if courier and "manners" in order:
            courier.manners = Manners(**order["manners"])
        if courier and "paused" in order:
            courier.paused = order["paused"]
        for currency, amount in order.get("fund", {}).items():
            books.fund(currency, amount)
        for account, status in order.get("capability", {}).items():
            books.set_capability(account, status)
        for currency, amount in order.get("charge_fee", {}).items():
            statement.charge_fee(store, currency, amount)
        for account, currency, amount in order.get("book", []):
            store.book(account, currency, amount, "control")
        answer["paid_out"] = [books.pay_out(*each) for each in order.get("pay_out", [])]
        answer["done"] = [getattr(books, name)(*values) for name, *values in order.get("do", [])]
        if "lasts" in order:  # seconds in which a verification can be used
            store.set("lasts", float(order["lasts"]))
        if "swift" in order:
            store.set("swift", "1" if order["swift"] else "")
        for iban, (result, name) in order.get("payee", {}).items():
            bank.outbound.bank_says(iban, result, name)
        answer["ended"] = [bank.outbound.end(*each) for each in order.get("end_outbound", [])]
        for kind in order.get("show", []):
            answer[kind] = store.all(kind)
        if "balances" in order:
            answer["balances"] = {owner: store.balances(owner) for owner in order["balances"]}
        if order.get("exceeded"):
            answer["exceeded"] = bank.limit.exceeded_later
        if order.get("events"):
            answer["events"] = store.rows("select id, delivered, tries from event order by seq")
        if order.get("drawn"):
            answer["drawn"] = dict(store.rows("select kind, count(*) from fault group by kind"))
    return answer
