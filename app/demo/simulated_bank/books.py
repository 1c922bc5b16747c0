"""What the simulated bank does and refuses: accounts, transfers, reversals, payouts to banks, payments on its pages."""

from __future__ import annotations

import copy
import json
import secrets
from datetime import UTC, datetime
from typing import Any

from app.demo.simulated_bank.store import PLATFORM, Store

Body = dict[str, Any]
INSUFFICIENT = "You have insufficient available funds in your Stripe account."


class Refusal(Exception):
    """An error as the API answers it. `kept`: it comes again for the same key, because it was carried out."""

    def __init__(self, status: int, code: str, message: str, *, kept: bool = False, kind: str = "") -> None:
        super().__init__(message)
        self.status, self.kept = status, kept
        self.body = {"error": {"type": kind or "invalid_request_error", "code": code, "message": message}}


class Books:
    """The deeds. The caller opens the transaction."""

    def __init__(self, store: Store, version: str) -> None:
        self.store, self.version = store, version

    def found(self, identity: str, kind: str) -> Body:
        """An object; Refusal when there is none."""
        body = self.store.get(identity, kind)
        if body is None:
            raise Refusal(404, "resource_missing", f"No such {kind.rpartition('.')[2]}: '{identity}'")
        return body

    def emit(self, kind: str, about: Body, account: str = "") -> None:
        """Notes an event; it is delivered later."""
        event: Body = {
            "object": "event",
            "type": kind,
            "api_version": self.version,
            "data": {"object": copy.deepcopy(about)},
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
        }
        self.note(event | ({"account": account} if account else {}))

    def note(self, event: Body) -> None:
        """Keeps an event with a number, a time and a mode."""
        made = {"id": f"evt_{secrets.token_hex(8)}", "created": int(self.store.now()), "livemode": False} | event
        self.store.run(
            "insert into event (id, created, body, due) values (?, ?, ?, ?)",
            *(made["id"], self.store.now(), json.dumps(made), self.store.now()),
        )

    # -- accounts --

    def create_account(self, body: Body) -> Body:
        """A connected account that is not ready yet. An Express dashboard needs a platform that bears all."""
        needed = {"fees_collector": "application", "losses_collector": "application"}
        if body.get("dashboard") == "express" and (body.get("defaults") or {}).get("responsibilities") != needed:
            raise Refusal(400, "parameter_invalid", "An express dashboard needs responsibilities of the application.")
        asked = ((body.get("configuration") or {}).get("recipient") or {}).get("capabilities") or {}
        kept = {
            name: body[name]
            for name in ("contact_email", "display_name", "dashboard", "metadata", "identity")
            if name in body
        }
        recipient = {"capabilities": _capabilities(asked, "restricted")} if asked else None
        return self.store.add(
            "v2.core.account", "acct", PLATFORM, **kept, closed=False, configuration={"recipient": recipient}
        )

    def set_capability(self, account: str, status: str) -> Body:
        """The account can take transfers (`active`), or can't any more."""
        body = self.found(account, "v2.core.account")
        asked = (body["configuration"]["recipient"] or {}).get("capabilities") or {}
        body["configuration"]["recipient"] = {"capabilities": _capabilities(asked, status)}
        self.store.put(body)
        self._tell(account, "v2.core.account[configuration.recipient].capability_status_updated")
        return body

    def close_account(self, account: str) -> Body:
        """The account is gone; its money stays where it is."""
        body = self.found(account, "v2.core.account") | {"closed": True}
        self.store.put(body)
        self._tell(account, "v2.core.account.closed")
        return body

    def _tell(self, account: str, kind: str) -> None:
        created = _iso(self.store.now())
        related = {"id": account, "type": "v2.core.account", "url": f"/v2/core/accounts/{account}"}
        self.note({"object": "v2.core.event", "type": kind, "created": created, "related_object": related})

    def link(self, body: Body, base: str) -> Body:
        """The address of the page on which the holder says who they are."""
        self.found(body["account"], "v2.core.account")
        flow = body["use_case"][body["use_case"]["type"]]
        made = self.store.add(
            "v2.core.account_link", "link", body["account"], account=body["account"], use_case=body["use_case"],
            back=flow.get("return_url") or flow["refresh_url"],
        )  # fmt: skip
        return made | {"url": f"{base}/setup/{made['id']}", "expires_at": _iso(self.store.now() + 300)}

    # -- transfers --

    def transfer(self, body: Body) -> Body:
        """Money goes from the platform's balance to an account's."""
        amount, currency = body["amount"], body["currency"]
        if amount < 1:
            raise Refusal(400, "parameter_invalid_integer", "Invalid positive integer")
        account = self.found(body["destination"], "v2.core.account")
        if account["closed"]:
            raise Refusal(400, "account_closed", "The destination account is closed.", kept=True)
        if capability_of(account) != "active":
            sentence = "Your destination account needs to have the stripe_transfers capability enabled."
            raise Refusal(400, "insufficient_capabilities_for_transfer", sentence, kept=True)
        if self.store.balances(PLATFORM).get(currency, 0) < amount:
            raise Refusal(400, "balance_insufficient", INSUFFICIENT, kept=True)
        made = self.store.add(
            "transfer", "tr", PLATFORM, amount=amount, currency=currency, destination=account["id"],
            metadata=body.get("metadata", {}), transfer_group=body.get("transfer_group"), amount_reversed=0,
            reversed=False,
        )  # fmt: skip
        self.store.book(PLATFORM, currency, -amount, made["id"])
        self.store.book(account["id"], currency, amount, made["id"])
        self.emit("transfer.created", made)
        return made

    def reverse(self, transfer: str, body: Body) -> Body:
        """Money of a transfer comes back, as far as the account has it."""
        moved = self.found(transfer, "transfer")
        amount = body.get("amount", moved["amount"] - moved["amount_reversed"])
        if amount > moved["amount"] - moved["amount_reversed"]:
            raise Refusal(400, "amount_too_large", "The amount is greater than what is not reversed yet.", kept=True)
        if self.store.balances(moved["destination"]).get(moved["currency"], 0) < amount:
            raise Refusal(400, "balance_insufficient", "Insufficient funds in the destination account", kept=True)
        moved["amount_reversed"] += amount
        moved["reversed"] = moved["amount_reversed"] == moved["amount"]
        self.store.put(moved)
        made = self.store.add(
            "transfer_reversal", "trr", PLATFORM, amount=amount, currency=moved["currency"], transfer=transfer,
            metadata=body.get("metadata", {}),
        )  # fmt: skip
        self.store.book(moved["destination"], moved["currency"], -amount, made["id"])
        self.store.book(PLATFORM, moved["currency"], amount, made["id"])
        self.emit("transfer.reversed", moved)
        return made

    # -- what happens by itself --

    def pay_out(self, account: str, currency: str) -> Body | None:
        """The account's balance goes to its holder's bank, as far as there is any."""
        amount = self.store.balances(account).get(currency, 0)
        if amount <= 0:
            return None
        made = self.store.add("payout", "po", account, amount=amount, currency=currency, status="paid")
        self.store.book(account, currency, -amount, made["id"])
        self.emit("payout.paid", made, account)
        return made

    def fail_payout(self, payout: str, code: str = "account_closed") -> Body:
        """The holder's bank sends a payout back, also one that was said to be paid."""
        body = self.found(payout, "payout")
        if body["status"] != "failed":
            account = self.store.owner(payout)
            body |= {"status": "failed", "failure_code": code}
            self.store.put(body)
            self.store.book(account, body["currency"], body["amount"], f"{payout} failed")
            self.emit("payout.failed", body, account)
        return body

    # -- money in --

    def fund(self, currency: str, amount: int, source: str = "top-up") -> None:
        """Money on the platform's own balance."""
        self.store.book(PLATFORM, currency, amount, source)

    def checkout(self, body: Body, base: str) -> Body:
        """A page on which somebody pays."""
        item = body["line_items"][0]["price_data"]
        made = self.store.add(
            "checkout.session", "cs", PLATFORM, amount_total=item["unit_amount"], currency=item["currency"],
            client_reference_id=body.get("client_reference_id"), metadata=body.get("metadata", {}), status="open",
            payment_status="unpaid", success_url=body["success_url"], cancel_url=body.get("cancel_url"),
            payment_intent=None, title=item["product_data"]["name"],
        )  # fmt: skip
        made["url"] = f"{base}/pay/{made['id']}"
        self.store.put(made)
        return made

    def pay(self, session: str) -> Body:
        """The payer pays, and the money is there."""
        body = self.found(session, "checkout.session")
        if body["status"] == "open":
            self._charge(body)
            self.emit("checkout.session.completed", body)
        return body

    def debit(self, session: str) -> Body:
        """The payer lets their bank be debited: the money comes in some days, or does not."""
        body = self.found(session, "checkout.session")
        if body["status"] == "open":
            body |= {"status": "complete", "payment_intent": f"pi_{session[3:]}", "debit": "on its way"}
            self.store.put(body)
            self.emit("checkout.session.completed", body)
        return body

    def end_debit(self, session: str, *, arrived: bool) -> Body:
        """The payer's bank has sent the money, or refused."""
        body = self.found(session, "checkout.session")
        if body.get("debit") == "on its way":
            body["debit"] = "arrived" if arrived else "failed"
            self.store.put(body)
            if arrived:
                self._charge(body)
            self.emit(f"checkout.session.async_payment_{'succeeded' if arrived else 'failed'}", body)
        return body

    def expire(self, session: str) -> Body:
        """Nobody has paid in time."""
        body = self.found(session, "checkout.session")
        if body["status"] == "open":
            body["status"] = "expired"
            self.store.put(body)
            self.emit("checkout.session.expired", body)
        return body

    def _charge(self, session: Body) -> None:
        """The money of a session is there; what it is becomes known by an event of the caller's."""
        charge = self.store.add(
            "charge", "ch", PLATFORM, amount=session["amount_total"], amount_refunded=0, currency=session["currency"],
            metadata=session["metadata"], payment_intent=f"pi_{session['id'][3:]}",
        )  # fmt: skip
        session |= {"status": "complete", "payment_status": "paid", "payment_intent": charge["payment_intent"]}
        self.store.put(session)
        self.store.book(PLATFORM, session["currency"], session["amount_total"], charge["id"])

    def refund(self, charge: str, amount: int) -> Body:
        """Money of a payment goes back to the payer."""
        body = self.found(charge, "charge")
        amount = min(amount, body["amount"] - body["amount_refunded"])
        body["amount_refunded"] += amount
        self.store.put(body)
        self.store.book(PLATFORM, body["currency"], -amount, f"refund of {charge}")
        self.emit("charge.refunded", body)
        return body

    def dispute(self, charge: str) -> Body:
        """The payer's bank takes a payment back, once."""
        body = self.found(charge, "charge")
        known = [each for each in self.store.all("dispute") if each["charge"] == charge]
        if known:
            return known[0]
        made = self.store.add(
            "dispute", "dp", PLATFORM, amount=body["amount"], currency=body["currency"], charge=charge,
            payment_intent=body["payment_intent"], status="needs_response", reason="fraudulent", metadata={},
        )  # fmt: skip
        self.store.book(PLATFORM, body["currency"], -body["amount"], made["id"])
        self.emit("charge.dispute.created", made)
        self.emit("charge.dispute.funds_withdrawn", made)
        return made

    def close_dispute(self, dispute: str, *, won: bool) -> Body:
        """The payer's bank gives the money again, or keeps it."""
        body = self.found(dispute, "dispute")
        if body["status"] == "needs_response":
            body["status"] = "won" if won else "lost"
            self.store.put(body)
            if won:
                self.store.book(PLATFORM, body["currency"], body["amount"], f"{dispute} won")
                self.emit("charge.dispute.funds_reinstated", body)
            self.emit("charge.dispute.closed", body)
        return body


def _capability(status: str) -> Body:
    details = {
        "active": [],
        "pending": [{"code": "determining_status", "resolution": "no_resolution"}],
        "restricted": [{"code": "requirements_past_due", "resolution": "provide_info"}],
    }
    return {"status": status, "status_details": details.get(status, [{"code": "rejected_other"}])}


def _capabilities(asked: Body, status: str) -> Body:
    """To be paid at a bank, where that was asked for, or else to take transfers."""
    if "bank_accounts" in asked:
        return {"bank_accounts": {"sepa": _capability(status)}}
    return {"stripe_balance": {"stripe_transfers": _capability(status)}}


def capability_of(account: Body) -> str:
    """How its one capability stands; empty where none was ever asked for."""
    recipient = account["configuration"]["recipient"]
    if not recipient:
        return ""
    (group,) = recipient["capabilities"].values()
    (capability,) = group.values()
    return str(capability["status"])


def _iso(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).isoformat().replace("+00:00", "Z")
