"""What the simulated bank does with money that goes straight to banks: accounts, names, payments and their ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from app.demo.simulated_bank.books import Books, capability_of
from app.demo.simulated_bank.objects import Body, Refusal
from app.demo.simulated_bank.store import PLATFORM

LASTS = 300.0  # seconds in which a verification can be used
PAYMENT, METHOD = "v2.money_management.outbound_payment", "v2.money_management.payout_method"
VERIFICATION = "v2.money_management.recipient_verification"
SAYS = {"match": "verified", "no_match": "awaiting_acknowledgement"}


class Outbound:
    """The deeds. The caller opens the transaction."""

    def __init__(self, books: Books) -> None:
        self.books, self.store = books, books.store

    def set_up(self, body: Body, account: str) -> Body:
        """A recipient has a bank account, of use once we know who they are."""
        recipient = self.books.found(account, "v2.core.account")
        bank = body["payout_method_data"]["bank_account"]
        usable = "eligible" if capability_of(recipient) == "active" else "requires_action"
        method = self.store.add(
            METHOD, "gbba", account, type="bank_account", archived=False, restricted=False,
            usage_status={"payments": usable, "transfers": "disabled"}, iban=bank["account_number"],
            bank_account={"country": bank["country"], "last4": bank["account_number"][-4:],
                          "supported_currencies": [bank["currency"]], "bank_name": "A bank"},
        )  # fmt: skip
        status = "succeeded" if usable == "eligible" else "requires_action"
        return self.store.add(
            "v2.money_management.outbound_setup_intent", "osi", account, payout_method=method, status=status,
            usage_intent=body.get("usage_intent", "payment"),
        )  # fmt: skip

    def bank_says(self, iban: str, result: str, name: str = "") -> None:
        """From now on the bank of this account answers like that."""
        self.store.set(f"payee {iban}", json.dumps([result, name]))

    def verify(self, body: Body) -> Body:
        """Whether name and number belong together; they do, unless somebody has chosen otherwise."""
        recipient = self.books.found(body["recipient"], "v2.core.account")
        method = self._method(body["payout_method"], recipient["id"])
        result, name = json.loads(self.store.setting(f"payee {method['iban']}") or '["match", ""]')
        ends = self.store.now() + float(self.store.setting("lasts") or LASTS)
        details = {"provided_name": recipient.get("display_name", ""), "message": f"It is a {result}."}
        if result in ("match", "close_match"):
            details["matched_name"] = name or details["provided_name"]
        return self.store.add(
            VERIFICATION, "rv", recipient["id"], recipient=recipient["id"], payout_method=method["id"],
            match_result=result, match_result_details=details, verification_type="verification_of_payee",
            status=SAYS.get(result, "awaiting_acknowledgement"), consumed_by=None,
            ends=ends, expires_at=_words(ends),
        )  # fmt: skip

    def acknowledge(self, verification: str) -> Body:
        """Whoever pays has seen what the bank says."""
        body = self.books.found(verification, VERIFICATION)
        if body["status"] == "awaiting_acknowledgement":
            body["status"] = "acknowledged"
            self.store.put(body)
        return body

    def pay(self, body: Body) -> Body:
        """Money leaves the financial account, a balance of its own, and is on its way."""
        amount, currency = body["amount"]["value"], body["amount"]["currency"]
        recipient = self.books.found(body["to"]["recipient"], "v2.core.account")
        method = self._method(body["to"]["payout_method"], recipient["id"])
        if not body["from"]["financial_account"].startswith("fa_"):
            raise Refusal(404, "resource_missing", "No such financial account")
        if recipient["closed"] or capability_of(recipient) != "active":
            raise Refusal(400, "recipient_feature_not_active", "The recipient can't be paid.")
        if not 3 <= len(body.get("statement_descriptor", "STRIPE")) <= 22:
            raise Refusal(400, "invalid_statement_descriptor", "A statement descriptor has 3 to 22 characters.")
        verification = self._verified(body.get("recipient_verification", ""), method["id"])
        source = body["from"]["financial_account"]
        if amount < 1 or self.store.balances(source).get(currency, 0) < amount:
            raise Refusal(400, "insufficient_funds", "The financial account has too little.", kind="insufficient_funds")
        made = self.store.add(
            PAYMENT, "obp", PLATFORM, amount=body["amount"], to=body["to"] | {"credited": body["amount"]},
            **{"from": body["from"] | {"debited": body["amount"]}}, metadata=body.get("metadata", {}),
            status="processing", status_details=None, cancelable=True, recipient_verification=verification["id"],
            statement_descriptor=body.get("statement_descriptor", "STRIPE"),
        )  # fmt: skip
        used = {"type": "outbound_payment", "outbound_payment": made["id"]}
        self.store.put(verification | {"status": "consumed", "consumed_by": used})
        self.store.book(source, currency, -amount, made["id"])
        self.tell(made, "created")
        return made

    def looked_up(self, payment: str) -> Body:
        """A payment as it is; where payments are swift, one that was on its way has left when it is asked for."""
        body = self.books.found(payment, PAYMENT)
        if body["status"] == "processing" and self.store.setting("swift"):
            with self.store.transaction():
                return self.end(payment, "posted")
        return body

    def review(self, payment: str) -> Body:
        """Somebody looks at a payment before it goes on."""
        body = self.books.found(payment, PAYMENT)
        if body["status"] == "processing":
            body["status_details"] = {"processing": {"reason": "under_review"}}
            self.store.put(body)
            self.tell(body, "under_review")
        return body

    def cancel(self, payment: str) -> Body:
        """Stops a payment that has not left."""
        if not self.books.found(payment, PAYMENT)["cancelable"]:
            raise Refusal(400, "outbound_payment_not_cancelable", "It can't be canceled.", kind="not_cancelable")
        return self.end(payment, "canceled")

    def end(self, payment: str, status: str, reason: str = "") -> Body:
        """A payment is posted, failed, canceled, or returned after it was posted: but for the first, money is back."""
        body = self.books.found(payment, PAYMENT)
        if body["status"] != ("posted" if status == "returned" else "processing"):
            return body
        body |= {"status": status, "cancelable": False}
        told = status in ("failed", "returned")
        body["status_details"] = {status: {"reason": reason or "unknown_failure"}} if told else None
        self.store.put(body)
        if status != "posted":
            source = body["from"]["financial_account"]
            self.store.book(source, body["amount"]["currency"], body["amount"]["value"], f"{payment} {status}")
        self.tell(body, status)
        return body

    def tell(self, payment: Body, what: str) -> None:
        """Notes an event that names the payment and says nothing of it."""
        related = {
            "id": payment["id"],
            "type": PAYMENT,
            "url": f"/v2/money_management/outbound_payments/{payment['id']}",
        }
        self.books.note({
            "object": "v2.core.event", "type": f"{PAYMENT}.{what}", "created": _words(self.store.now()),
            "related_object": related,
        })  # fmt: skip

    def listed(self, wanted: Body, before: float | None) -> Body:
        """The payments to a recipient, or in a status, since an instant."""
        found = self.store.all(PAYMENT, before=before)
        since = (wanted.get("created") or {}).get("gte", "")
        statuses = wanted.get("status") or []
        kept = [
            one
            for one in found
            if wanted.get("recipient", one["to"]["recipient"]) == one["to"]["recipient"]
            and (not statuses or one["status"] in statuses)
            and (not since or one["created"] >= datetime.fromisoformat(since).timestamp() - 1)
        ]
        return {"data": kept, "next_page_url": None, "previous_page_url": None}

    def _method(self, method: str, recipient: str) -> Body:
        body = self.books.found(method, METHOD)
        if self.store.owner(method) != recipient:
            raise Refusal(404, "resource_missing", f"No such payout method: '{method}'")
        return body

    def _verified(self, verification: str, method: str) -> Body:
        """A verification that can be used for this payment."""
        body = self.books.found(verification, VERIFICATION)
        if body["payout_method"] != method or body["status"] not in ("verified", "acknowledged"):
            raise Refusal(400, "recipient_verification_invalid", "This verification can't be used.")
        if body["ends"] < self.store.now():
            raise Refusal(400, "recipient_verification_expired", "This verification has expired.")
        return body


def asked_for(outbound: Outbound, path: str, wanted: Body, before: float | None) -> Any:
    """What a GET finds here, or None when it asks for something else."""
    if path == "/v2/money_management/outbound_payments":
        return outbound.listed(wanted, before)
    start = "/v2/money_management/outbound_payments/"
    return outbound.looked_up(path.removeprefix(start)) if path.startswith(start) else None


def _words(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
