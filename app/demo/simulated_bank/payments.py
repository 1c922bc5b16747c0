"""What the simulated bank does with payments on its pages: sessions that run out, charges, refunds, disputes."""

from __future__ import annotations

from app.demo.simulated_bank import statement
from app.demo.simulated_bank.objects import Body, Objects, Refusal
from app.demo.simulated_bank.store import PLATFORM

SHORTEST, LONGEST = 30 * 60, 24 * 3600  # seconds for which a page can be paid
NOT_OPEN = 'Only Checkout Sessions with a status in ["open"] can be expired.'


class Payments(Objects):
    """Money in, and back. The caller opens the transaction."""

    def checkout(self, body: Body, base: str) -> Body:
        """A page on which somebody pays, for 24 hours unless something shorter is asked for."""
        until = body.get("expires_at", int(self.store.now()) + LONGEST)
        if not SHORTEST - 1 <= until - self.store.now() <= LONGEST:
            raise Refusal(400, "parameter_invalid_integer", "expires_at is from 30 minutes to 24 hours from now.")
        total = sum(item["quantity"] * item["price_data"]["unit_amount"] for item in body["line_items"])
        item = body["line_items"][0]["price_data"]
        made = self.store.add(
            "checkout.session", "cs", PLATFORM, amount_total=total, currency=item["currency"],
            client_reference_id=body.get("client_reference_id"), metadata=body.get("metadata", {}), status="open",
            payment_status="unpaid", success_url=body["success_url"], cancel_url=body.get("cancel_url"),
            payment_intent=None, title=item["product_data"]["name"], expires_at=until,
        )  # fmt: skip
        made["url"] = f"{base}/pay/{made['id']}"
        self.store.put(made)
        return made

    def session(self, session: str) -> Body:
        """A page as it is now: one whose time is over has expired by itself."""
        body = self.found(session, "checkout.session")
        if body["status"] == "open" and body["expires_at"] <= self.store.now():
            self.expire(session)
            body = self.found(session, "checkout.session")
        return body

    def expire_now(self, session: str) -> Body:
        """Nobody can pay on the page any more. Refused when somebody has, or when it is over already."""
        if self.session(session)["status"] != "open":
            raise Refusal(400, "", NOT_OPEN)
        return self.expire(session)

    def pay(self, session: str) -> Body:
        """The payer pays, and the money is there."""
        body = self.session(session)
        if body["status"] == "open":
            self._charge(body)
            self.emit("checkout.session.completed", body)
        return body

    def debit(self, session: str) -> Body:
        """The payer lets their bank be debited: the money comes in some days, or does not."""
        body = self.session(session)
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
        fee = statement.fee_of(self.store, charge["amount"])
        statement.enter(self.store, "charge", charge["amount"], charge, fee=fee)

    def refund(self, charge: str, amount: int) -> Body:
        """Money of a payment goes back to the payer, at somebody's wish who has no metadata to give."""
        body = self.found(charge, "charge")
        if (left := min(amount, body["amount"] - body["amount_refunded"])) > 0:
            self._give_back(body, left, {})
        return self.found(charge, "charge")

    def create_refund(self, body: Body) -> Body:
        """Money of a payment goes back to the payer. Refused when the payment has none left to give."""
        charge = self._charge_of(body["payment_intent"])
        left = charge["amount"] - charge["amount_refunded"]
        amount = body.get("amount", left)
        if not left:
            raise Refusal(400, "charge_already_refunded", "The charge has already been refunded.", kept=True)
        if not 1 <= amount <= left:
            sentence = "Refund amount is greater than unrefunded amount on charge."
            raise Refusal(400, "parameter_invalid_integer", sentence, kept=True)
        if any(each["charge"] == charge["id"] and each["status"] != "won" for each in self.store.all("dispute")):
            raise Refusal(400, "charge_disputed", "The charge has been charged back.", kept=True)
        return self._give_back(charge, amount, body.get("metadata", {}))

    def refunds_of(self, payment: str, before: float | None) -> list[Body]:
        """What was given back of a payment, as far as a list shows it yet."""
        return [each for each in self.store.all("refund", before=before) if each["payment_intent"] == payment]

    def fail_refund(self, refund: str) -> Body:
        """The payer's bank does not take the money: it comes back."""
        body = self.found(refund, "refund")
        if body["status"] == "succeeded":
            body |= {"status": "failed", "failure_reason": "lost_or_stolen_card"}
            self.store.put(body)
            charge = self.found(body["charge"], "charge")
            charge["amount_refunded"] -= body["amount"]
            self.store.put(charge)
            statement.enter(self.store, "refund_failure", body["amount"], body)
            self.emit("refund.failed", body)
        return body

    def _charge_of(self, payment: str) -> Body:
        found = [each for each in self.store.all("charge") if each["payment_intent"] == payment]
        if not found:
            raise Refusal(404, "resource_missing", f"No such payment_intent: '{payment}'")
        return found[0]

    def _give_back(self, charge: Body, amount: int, metadata: Body) -> Body:
        charge["amount_refunded"] += amount
        self.store.put(charge)
        made = self.store.add(
            "refund", "re", PLATFORM, amount=amount, currency=charge["currency"], charge=charge["id"],
            payment_intent=charge["payment_intent"], metadata=metadata, status="succeeded",
        )  # fmt: skip
        statement.enter(self.store, "refund", -amount, made)
        self.emit("charge.refunded", charge)
        return made

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
        statement.enter(self.store, "dispute", -body["amount"], made, fee=statement.dispute_fee(self.store))
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
                statement.enter(self.store, "dispute_reversal", body["amount"], body)
                self.emit("charge.dispute.funds_reinstated", body)
            self.emit("charge.dispute.closed", body)
        return body
