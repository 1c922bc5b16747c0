"""Straight to a bank by Stripe: recipients, their bank accounts, verification of payee and outbound payments (API v2).

A part of the gateway, kept apart for its length: it knows what Stripe is asked and answers, and never its client's
package. Amounts are in minor units.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple


class Recipient(NamedTuple):
    """Somebody who is paid at their bank; `status` is that of the capability to be paid by SEPA, or `closed`."""

    id: str
    status: str  # active, pending, restricted, unsupported, closed
    codes: list[str]  # why it is not active


class Verification(NamedTuple):
    """What the recipient's bank says of the name. One that is `awaiting` has to be acknowledged before it is of use,
    and each is over after five minutes."""

    id: str
    result: str  # match, close_match, no_match, unavailable
    name: str  # that the bank knows, where it tells it
    awaiting: bool


class OutboundPayment(NamedTuple):
    """Money on its way to a bank; `posted` has left, and may still be returned."""

    id: str
    status: str  # processing, posted, failed, canceled, returned
    code: str  # why it failed or came back
    account: str
    amount: int
    currency: str
    metadata: Mapping[str, str]


class Outbound:
    """The calls, for the gateway, which has the client and sorts its errors."""

    _client: Any
    _do: Callable[[Callable[[], Any]], Any]

    def create_recipient(
        self, *, key: str, email: str, name: str, country: str, metadata: Mapping[str, str]
    ) -> Recipient:
        """A recipient who can be paid at a bank by SEPA and holds no balance; we bear fees and losses."""
        body: Any = {
            "contact_email": email,
            "display_name": name,
            "dashboard": "none",
            "identity": {"country": country.lower()},
            "configuration": {"recipient": {"capabilities": {"bank_accounts": {"sepa": {"requested": True}}}}},
            "defaults": {"responsibilities": {"fees_collector": "application", "losses_collector": "application"}},
            "metadata": dict(metadata),
            "include": ["configuration.recipient"],
        }
        return _recipient(self._do(lambda: self._client.v2.core.accounts.create(body, {"idempotency_key": key})))

    def recipient(self, account: str) -> Recipient:
        """The recipient as it is now. Raises Refused with `resource_missing` when there is none."""
        wanted: Any = {"include": ["configuration.recipient"]}
        return _recipient(self._do(lambda: self._client.v2.core.accounts.retrieve(account, wanted)))

    def set_up_bank(self, account: str, *, key: str, iban: str, currency: str) -> str:
        """Gives a recipient a bank account; returns its id as a payout method, or nothing while it can't be used."""
        bank = {"account_number": iban, "country": iban[:2], "currency": currency.lower()}
        body: Any = {
            "payout_method_data": {"type": "bank_account", "bank_account": bank},
            "usage_intent": "payment",
        }
        options = {"idempotency_key": key, "stripe_context": account}
        made = _plain(self._do(lambda: self._money.outbound_setup_intents.create(body, options)))
        method = made.get("payout_method") or {}
        usable = made["status"] == "succeeded" and method["usage_status"]["payments"] == "eligible"
        return str(method["id"]) if usable and not method["restricted"] else ""

    def verify_recipient(self, account: str, method: str) -> Verification:
        """Asks the recipient's bank whether the name and the number belong together."""
        body: Any = {"recipient": account, "payout_method": method}
        made = _plain(self._do(lambda: self._money.recipient_verifications.create(body)))
        name = str((made.get("match_result_details") or {}).get("matched_name") or "")
        awaiting = made["status"] == "awaiting_acknowledgement"
        return Verification(str(made["id"]), str(made["match_result"]), name, awaiting)

    def acknowledge_verification(self, verification: str) -> None:
        """We pay although the name is not quite the one that the bank knows, or the bank can't say."""
        self._do(lambda: self._money.recipient_verifications.acknowledge(verification))

    def create_outbound(
        self,
        *,
        key: str,
        source: str,
        account: str,
        method: str,
        verification: str,
        amount: int,
        currency: str,
        descriptor: str,
        metadata: Mapping[str, str],
    ) -> OutboundPayment:
        """Sends money of the financial account `source` to a recipient's bank; that it is created is not that it has
        arrived, nor that it will."""
        money = {"value": amount, "currency": currency.lower()}
        body: Any = {
            "amount": money,
            "from": {"financial_account": source, "currency": currency.lower()},
            "to": {"recipient": account, "payout_method": method, "currency": currency.lower()},
            "recipient_verification": verification,
            "recipient_notification": {"setting": "none"},  # we write the letters
            "statement_descriptor": descriptor,
            "metadata": dict(metadata),
        }
        return _payment(self._do(lambda: self._money.outbound_payments.create(body, {"idempotency_key": key})))

    def outbound(self, payment: str) -> OutboundPayment:
        """One payment as it is now."""
        return _payment(self._do(lambda: self._money.outbound_payments.retrieve(payment)))

    def find_outbound(self, account: str, since: datetime, **metadata: str) -> list[OutboundPayment]:
        """The payments to a recipient since an instant with this metadata. A list may lag some seconds behind."""
        found = self._listed({"recipient": account, "created": {"gte": _words(since)}})
        return [payment for payment in found if metadata.items() <= payment.metadata.items()]

    def returned_outbound(self, since: datetime) -> list[OutboundPayment]:
        """The payments made since an instant that banks have sent back."""
        return self._listed({"status": ["returned"], "created": {"gte": _words(since)}})

    def cancel_outbound(self, payment: str, *, key: str) -> OutboundPayment:
        """Stops a payment that has not left. Raises Refused when it has."""
        options = {"idempotency_key": key}
        return _payment(self._do(lambda: self._money.outbound_payments.cancel(payment, {}, options)))

    def _listed(self, wanted: Any) -> list[OutboundPayment]:
        first = self._do(lambda: self._money.outbound_payments.list(wanted))
        return [_payment(each) for each in self._do(lambda: list(first.auto_paging_iter()))]

    @property
    def _money(self) -> Any:
        return self._client.v2.money_management


def _recipient(answer: Any) -> Recipient:
    body = _plain(answer)
    recipient = (body.get("configuration") or {}).get("recipient") or {}
    sepa = ((recipient.get("capabilities") or {}).get("bank_accounts") or {}).get("sepa") or {}
    status = "closed" if body.get("closed") else str(sepa.get("status", "unsupported"))
    return Recipient(str(body["id"]), status, [str(detail["code"]) for detail in sepa.get("status_details") or []])


def _payment(answer: Any) -> OutboundPayment:
    body = _plain(answer)
    status = str(body["status"])
    details = (body.get("status_details") or {}).get(status) or {}
    return OutboundPayment(
        str(body["id"]),
        status,
        str(details.get("reason") or ""),
        str(body["to"]["recipient"]),
        int(body["amount"]["value"]),
        str(body["amount"]["currency"]).upper(),
        body.get("metadata") or {},
    )


def _plain(answer: Any) -> dict[str, Any]:
    """An answer as JSON had it."""
    found: dict[str, Any] = answer.to_dict(recursive=True) if hasattr(answer, "to_dict") else answer
    return found


def _words(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
