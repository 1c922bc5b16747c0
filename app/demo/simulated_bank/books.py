"""What the simulated bank does and refuses: accounts, transfers, reversals, payouts to banks; see also payments.py."""

from __future__ import annotations

from datetime import UTC, datetime

from app.demo.simulated_bank import statement
from app.demo.simulated_bank.objects import Body, Refusal
from app.demo.simulated_bank.payments import Payments
from app.demo.simulated_bank.store import PLATFORM

INSUFFICIENT = "You have insufficient available funds in your Stripe account."


class Books(Payments):
    """The deeds. The caller opens the transaction."""

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
        statement.enter(self.store, "transfer", -amount, made)
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
        statement.enter(self.store, "transfer_reversal", amount, made)
        self.emit("transfer.reversed", moved)
        return made

    # -- what happens by itself --

    def pay_out(self, account: str, currency: str) -> Body | None:
        """The account's balance goes to its holder's bank, as far as there is any."""
        amount = self.store.balances(account).get(currency, 0)
        if amount <= 0:
            return None
        day = int(self.store.now())
        made = self.store.add(
            "payout", "po", account, amount=amount, currency=currency, status="paid", arrival_date=day
        )
        statement.pay_out(self.store, account, made, -amount)
        self.emit("payout.paid", made, account.removeprefix(PLATFORM))
        return made

    def fail_payout(self, payout: str, code: str = "account_closed") -> Body:
        """The holder's bank sends a payout back, also one that was said to be paid."""
        body = self.found(payout, "payout")
        if body["status"] != "failed":
            account = self.store.owner(payout)
            body |= {"status": "failed", "failure_code": code}
            self.store.put(body)
            statement.pay_out(self.store, account, body, body["amount"])
            self.emit("payout.failed", body, account.removeprefix(PLATFORM))
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
