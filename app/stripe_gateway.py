"""Stripe, in the words of this product: the only file that knows its client.

Every call has one of four ends: its answer, a `Refused` that is certain and had no effect, an `Unknown` whose effect
nobody can tell (time-out, connection, 5xx, an answer that can't be read), or a `SlowDown`. The client never tries again
by itself: who calls holds a stored key and decides (docs.stripe.com/api/idempotent_requests).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

import stripe

from app import stripe_answers as answers
from app.errors import Conflict, Unavailable
from app.stripe_answers import Account, Checkout, GivenBack, Movement, Session, Transfer
from app.stripe_outbound import Outbound
from config import Config

VERSION = "2026-10-28.endive"  # the API's; the installed client was written for it
SLOW_WAYS = ("acss_debit", "au_becs_debit", "bacs_debit", "customer_balance", "sepa_debit", "us_bank_account")
PAGE = 100  # objects in one answer of a list, the most Stripe gives

stripe.enable_telemetry = False
logging.getLogger("stripe").setLevel(logging.WARNING)  # it would say every request


class Refused(Conflict):
    """Stripe has said no, and nothing has happened: `code` is its own word for why."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Unknown(Unavailable):
    """Nobody can tell whether it has happened: ask, or send the same key again."""

    code = "unknown"


class SlowDown(Unavailable):
    """Too many requests: nothing has happened. `wait` is in seconds."""

    def __init__(self, sentence: str, wait: float) -> None:
        super().__init__(sentence)
        self.wait = wait


class NotLetIn(Unavailable):
    """The key is wrong or may not do this: nothing has happened, nor will before somebody mends the settings."""


class Stripe(Outbound):
    """Calls to Stripe with one key."""

    def __init__(self, key: str, base: str, timeout: float) -> None:
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": base},
            stripe_version=VERSION,
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=timeout),
        )

    # -- accounts --

    def create_account(self, *, key: str, email: str, name: str, country: str, metadata: Mapping[str, str]) -> Account:
        """An account that takes transfers and nothing else: we collect fees and bear losses, its holder has the Express
        dashboard, and it is paid out by Stripe's automatic schedule."""
        body: Any = {
            "contact_email": email,
            "display_name": name,
            "dashboard": "express",
            "identity": {"country": country.lower()},
            "configuration": {
                "recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
            },
            "defaults": {"responsibilities": {"fees_collector": "application", "losses_collector": "application"}},
            "metadata": dict(metadata),
            "include": ["configuration.recipient"],
        }
        return answers.account(self._do(lambda: self._client.v2.core.accounts.create(body, {"idempotency_key": key})))

    def account_link(self, account: str, *, refresh_url: str, return_url: str) -> str:
        """The address of Stripe's page on which the holder says who they are; it works once, for minutes."""
        addresses = {"refresh_url": refresh_url, "return_url": return_url}
        body: Any = {"account": account, "use_case": {"type": "account_onboarding", "account_onboarding": addresses}}
        return str(self._do(lambda: self._client.v2.core.account_links.create(body)).url)

    def account(self, account: str) -> Account:
        """The account as it is now. Raises Refused with `resource_missing` when there is none."""
        return answers.account(
            self._do(lambda: self._client.v2.core.accounts.retrieve(account, {"include": ["configuration.recipient"]}))
        )

    def balance(self, account: str | None = None) -> dict[str, int]:
        """What an account (None: our own) has available and coming, by currency, in minor units; may be negative."""
        options: Any = {"stripe_account": account} if account else {}
        found = answers.plain(self._do(lambda: self._client.v1.balance.retrieve({}, options)))
        sums: dict[str, int] = {}
        for part in [*found["available"], *(found.get("pending", []) if account else [])]:
            currency = part["currency"].upper()
            sums[currency] = sums.get(currency, 0) + int(part["amount"])
        return sums

    def movements(self, since: datetime, until: datetime) -> Iterator[Movement]:
        """What moved our own balance from `since` until before `until`, the newest first. A list may lag some seconds
        behind."""
        created = {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
        wanted = {"created": created, "expand": ["data.source"]}
        for found in self._all(lambda after: self._client.v1.balance_transactions.list(_page(after, **wanted))):
            with _sorted_errors():
                moved = answers.movement(found)
            yield moved

    # -- transfers --

    def create_transfer(
        self, *, key: str, account: str, amount: int, currency: str, group: str, metadata: Mapping[str, str]
    ) -> Transfer:
        """Sends money; that it is created is that it has arrived on the account's balance."""
        body: Any = {"amount": amount, "currency": currency.lower(), "destination": account, "transfer_group": group}
        body |= {"metadata": dict(metadata)}
        return answers.transfer(self._do(lambda: self._client.v1.transfers.create(body, {"idempotency_key": key})))

    def reverse_transfer(self, transfer: str, *, key: str, amount: int, metadata: Mapping[str, str]) -> str:
        """Takes money of a transfer back; returns the reversal's id. Raises Refused when the account has too little."""
        made = self._do(
            lambda: self._client.v1.transfers.reversals.create(
                transfer, {"amount": amount, "metadata": dict(metadata)}, {"idempotency_key": key}
            )
        )
        return str(made.id)

    def find_transfers(self, group: str, **metadata: str) -> list[Transfer]:
        """The transfers of a group with this metadata. A list may lag some seconds behind."""
        found = self._all(lambda after: self._client.v1.transfers.list(_page(after, transfer_group=group)))
        wanted = metadata.items()
        return [transfer for transfer in map(answers.transfer, found) if wanted <= transfer.metadata.items()]

    def transfer(self, transfer: str) -> Transfer:
        """One transfer as it is now."""
        return answers.transfer(self._do(lambda: self._client.v1.transfers.retrieve(transfer)))

    def reversals(self, transfer: str) -> list[tuple[str, int, Mapping[str, str]]]:
        """What was taken back of a transfer: id, amount, metadata of each reversal."""
        found = self._all(lambda after: self._client.v1.transfers.reversals.list(transfer, _page(after)))
        return [(row["id"], int(row["amount"]), row.get("metadata") or {}) for row in map(answers.plain, found)]

    # -- money in --

    def create_checkout(
        self,
        *,
        key: str,
        amount: int,
        currency: str,
        reference: str,
        title: str,
        success_url: str,
        cancel_url: str,
        metadata: Mapping[str, str],
        quantity: int = 1,
        until: datetime | None = None,
        at_once: bool = False,
    ) -> Checkout:
        """A page on which exactly this amount, `quantity` times, is paid; what it is for is bound to the session and
        the payment. It can be paid `until` (30 minutes to 24 hours from now; None: 24 hours). `at_once`: not by ways to
        pay that take days."""
        price = {"currency": currency.lower(), "unit_amount": amount, "product_data": {"name": title}}
        body: Any = {
            "mode": "payment",
            "client_reference_id": reference,
            "success_url": success_url,
            "cancel_url": cancel_url,
            "line_items": [{"quantity": quantity, "price_data": price}],
            "metadata": dict(metadata),
            "payment_intent_data": {"metadata": dict(metadata)},
        }
        if until:
            body["expires_at"] = int(until.timestamp())
        if at_once:
            body["excluded_payment_method_types"] = list(SLOW_WAYS)
        made = self._do(lambda: self._client.v1.checkout.sessions.create(body, {"idempotency_key": key}))
        return Checkout(str(made.id), str(made.url))

    def expire_checkout(self, session: str) -> None:
        """Lets nobody pay on a page any more. Raises Refused when it is not open: somebody has paid, or it is over."""
        self._do(lambda: self._client.v1.checkout.sessions.expire(session))

    def checkout(self, session: str) -> Session:
        """A page as it is now."""
        return answers.session(self._do(lambda: self._client.v1.checkout.sessions.retrieve(session)))

    def refund(self, payment: str, *, key: str, amount: int, metadata: Mapping[str, str]) -> GivenBack:
        """Gives money of a payment back to whoever paid. Raises Refused when the payment has none left to give."""
        body: Any = {"payment_intent": payment, "amount": amount, "metadata": dict(metadata)}
        return answers.given_back(self._do(lambda: self._client.v1.refunds.create(body, {"idempotency_key": key})))

    def refunds(self, payment: str) -> list[GivenBack]:
        """What was given back of a payment. A list may lag some seconds behind."""
        found = self._all(lambda after: self._client.v1.refunds.list(_page(after, payment_intent=payment)))
        return [answers.given_back(each) for each in found]

    # -- events --

    def events(self, since: datetime) -> Iterator[Mapping[str, Any]]:
        """Every event since an instant, the newest first, as a webhook would have brought it (at most 30 days back)."""
        created = {"gte": int(since.timestamp())}
        for found in self._all(lambda after: self._client.v1.events.list(_page(after, created=created))):
            yield answers.plain(found)

    def _all(self, page: Callable[[str], Any]) -> Iterator[Any]:
        after = ""
        while True:
            answer = self._do(lambda: page(after))  # noqa: B023 - called at once
            yield from answer.data
            if not answer.has_more or not answer.data:
                return
            after = answer.data[-1].id

    def _do(self, call: Callable[[], Any]) -> Any:
        with _sorted_errors():
            return call()


def gateway(config: Config) -> Stripe:
    """Stripe with the keys of the settings. Raises Unavailable when there are none."""
    if not config.has_stripe:
        raise Unavailable("Stripe is not set up on this platform: money goes out by bank files.")
    return _gateway(config.stripe_secret_key, config.stripe_api_base, float(config.stripe_timeout), os.getpid())


@cache
def _gateway(key: str, base: str, timeout: float, _process: int) -> Stripe:
    """One for each process: connections don't outlive a fork."""
    return Stripe(key, base, timeout)


def is_live(config: Config) -> bool:
    """Whether the key moves real money; events of the other mode are not for us."""
    return "_live_" in config.stripe_secret_key


@contextmanager
def _sorted_errors() -> Iterator[None]:
    """Every way in which the client can fail, as one of ours."""
    try:
        yield
    except stripe.RateLimitError as error:
        raise SlowDown("Stripe asks to slow down.", _wait(error)) from error
    except stripe.APIConnectionError as error:
        raise Unknown("Stripe has not answered.") from error
    except stripe.StripeError as error:
        raise _sorted(error) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unknown("Stripe’s answer could not be read.") from error


def _sorted(error: stripe.StripeError) -> Exception:
    status, code = error.http_status or 0, error.code or ""
    if status == 429:
        return SlowDown("Stripe asks to slow down.", _wait(error))
    if status == 401 or (status == 403 and code != "account_invalid"):
        return NotLetIn("Stripe does not accept our key: check STRIPE_SECRET_KEY.")
    # 409: the same key is under way. A key with other parameters (idempotency_error) proves nothing about ours.
    if not 400 <= status < 500 or status == 409 or isinstance(error, stripe.IdempotencyError):
        return Unknown("Stripe has not said what came of it.")
    return Refused(code or "refused", error.user_message or "Stripe has refused it.")


def _wait(error: stripe.StripeError) -> float:
    try:
        return max(0.0, float((error.headers or {}).get("Retry-After", 1)))
    except ValueError:
        return 1.0


def _page(after: str, **wanted: Any) -> Any:
    return {"limit": PAGE, **({"starting_after": after} if after else {}), **wanted}
