"""From a request to an answer: who asks, the limit, the key, the deed, and what goes wrong on the way.

The effect and the key's answer are kept in one transaction, so a killed process has done both or neither.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.demo.simulated_bank import statement
from app.demo.simulated_bank.books import Books
from app.demo.simulated_bank.faults import Faults, Limit
from app.demo.simulated_bank.objects import Body, Refusal
from app.demo.simulated_bank.outbound import Outbound, asked_for
from app.demo.simulated_bank.store import PLATFORM, Store

KEY_LASTS = 24 * 3600  # seconds of its clock
LAG = 2.0  # seconds by which a stale list is behind
VERSION = "2026-10-28.endive"


@dataclass(frozen=True)
class Request:
    """What was asked."""

    method: str
    path: str
    body: Body
    key: str = ""
    account: str = ""  # on behalf of which connected account
    secret: str = ""  # the key of the API it came with


@dataclass
class Answer:
    """What is answered; `lost`: the connection breaks instead."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False
    garbled: bool = False


Check = Callable[[str, Body], str]  # of a POST's path and body: what is wrong with it, or nothing
Deed = Callable[["Bank", Request, re.Match[str]], Body]


class Bank:
    """The simulated bank without its network: `answer` takes a request, whoever brought it."""

    def __init__(self, store: Store, *, base: str = "", check: Check | None = None, limit: int = 25) -> None:
        self.store, self.books, self.base = store, Books(store, VERSION), base
        self.outbound = Outbound(self.books)
        self.check, self.faults, self.limit = check, Faults(), Limit(limit)
        self.secret = ""  # the only key that is let in; empty: any
        self.busy = 0  # requests under way
        self._under_way: set[tuple[str, str]] = set()

    def answer(self, request: Request) -> Answer:
        """Does what is asked, or not, as the faults have it."""
        with self.store.lock:
            self.busy += 1
        try:
            return self._answer(request)
        finally:
            with self.store.lock:
                self.busy -= 1

    def settle(self, seconds: float = 10.0) -> None:
        """Waits until no request is under way any more."""
        end = time.monotonic() + seconds
        while self.busy and time.monotonic() < end:
            time.sleep(0.01)

    def _answer(self, request: Request) -> Answer:
        if not request.secret or (self.secret and request.secret != self.secret):
            return _refusal(Refusal(401, "api_key_invalid", "Invalid API Key provided"))
        fault = self.faults.draw()
        if fault:
            self.store.run("insert into fault (kind, path) values (?, ?)", fault, request.path)
        if fault == "limit" or self.limit.exceeded(f"{request.method} {_endpoint(request.path)}"):
            refusal = Refusal(429, "rate_limit", "Too many requests", kind="rate_limit_error")
            return _refusal(refusal, {"Retry-After": "0" if fault else "1"})
        if fault == "reset_before":
            return Answer(0, None, lost=True)
        if fault == "error_before":
            return _error()
        if fault == "slow_before":
            time.sleep(self.faults.slow)
        answer = self._keyed(request, fault) if request.method == "POST" else self._read(request, fault)
        if fault == "slow_after":
            time.sleep(self.faults.slow)
        return Answer(0, None, lost=True) if fault == "reset_after" else answer

    def _read(self, request: Request, fault: str) -> Answer:
        try:
            with self.store.lock:
                body = _looked_up(self, request, self.store.now() - LAG if fault == "stale" else None)
        except Refusal as refusal:
            return _refusal(refusal)
        return Answer(200, body, garbled=fault == "garbled")

    def _keyed(self, request: Request, fault: str) -> Answer:
        """A deed with its key: done once, answered as often as it is asked."""
        name = (request.key, request.account)
        with self.store.lock:
            if self.secret and request.secret != self.secret:  # a late request of an earlier run
                return _refusal(Refusal(401, "api_key_invalid", "Invalid API Key provided"))
            if request.key and name in self._under_way:
                return _refusal(Refusal(409, "idempotency_key_in_use", "Another request with this key is under way."))
            if (known := self._known(request)) is not None:
                return known
            self._under_way.add(name)
        try:
            with self.store.transaction():
                answer = self._done(request)
                if newer := request.path.startswith("/v2/"):  # what was done is answered, what failed is tried again
                    answer.headers.pop("kept", "")
                if newer and request.key and answer.status == 200:
                    self._keep(request, answer)
                if fault == "error_after" and answer.status == 200:
                    answer = _error()
                if not newer and request.key and (answer.status in (200, 500) or answer.headers.pop("kept", "")):
                    self._keep(request, answer)
        finally:
            self._under_way.discard(name)
        answer.garbled = fault == "garbled"
        return answer

    def _known(self, request: Request) -> Answer | None:
        if not request.key:
            return None
        rows = self.store.rows(
            "select request, status, body from answered where key = ? and owner = ? and created > ?",
            *(request.key, request.account, self.store.now() - KEY_LASTS),
        )
        if not rows:
            return None
        asked, status, body = rows[0]
        if asked != _digest(request):
            sentence = (
                "Keys for idempotent requests can only be used with the same parameters they were first used with."
            )
            return _refusal(Refusal(400, "", sentence, kind="idempotency_error"))
        return Answer(status, json.loads(body), {"Idempotent-Replayed": "true"})

    def _keep(self, request: Request, answer: Answer) -> None:
        values = (request.key, request.account, _digest(request), answer.status, json.dumps(answer.body))
        self.store.run(
            "insert or replace into answered (key, owner, request, status, body, created) values (?, ?, ?, ?, ?, ?)",
            *(*values, self.store.now()),
        )

    def _done(self, request: Request) -> Answer:
        try:
            if self.check and (wrong := self.check(request.path, request.body)):
                raise Refusal(400, "parameter_invalid", wrong)
            for pattern, deed in DEEDS.items():
                if match := re.fullmatch(pattern, request.path):
                    return Answer(200, deed(self, request, match))
            raise Refusal(404, "url_unknown", f"Unrecognized request URL (POST: {request.path})")
        except Refusal as refusal:
            return _refusal(refusal, {"kept": "1"} if refusal.kept else None)


DEEDS: Mapping[str, Deed] = {
    r"/v2/core/accounts": lambda bank, request, _: bank.books.create_account(request.body),
    r"/v2/core/accounts/(\w+)/close": lambda bank, _, match: bank.books.close_account(match[1]),
    r"/v2/core/account_links": lambda bank, request, _: bank.books.link(request.body, bank.base),
    r"/v1/transfers": lambda bank, request, _: bank.books.transfer(request.body),
    r"/v1/transfers/(\w+)/reversals": lambda bank, request, match: bank.books.reverse(match[1], request.body),
    r"/v2/money_management/outbound_setup_intents": lambda bank, request, _: bank.outbound.set_up(
        request.body, request.account
    ),
    r"/v2/money_management/recipient_verifications": lambda bank, request, _: bank.outbound.verify(request.body),
    r"/v2/money_management/recipient_verifications/(\w+)/acknowledge": lambda bank, _, match: bank.outbound.acknowledge(
        match[1]
    ),
    r"/v2/money_management/outbound_payments": lambda bank, request, _: bank.outbound.pay(request.body),
    r"/v2/money_management/outbound_payments/(\w+)/cancel": lambda bank, _, match: bank.outbound.cancel(match[1]),
    r"/v1/checkout/sessions/(\w+)/expire": lambda bank, _, match: bank.books.expire_now(match[1]),
    r"/v1/refunds": lambda bank, request, _: bank.books.create_refund(request.body),
    r"/v1/checkout/sessions": lambda bank, request, _: bank.books.checkout(request.body, bank.base),
}
LISTS = {"transfers": "transfer", "payouts": "payout", "charges": "charge"}


def _looked_up(bank: Bank, request: Request, before: float | None) -> Body:
    """What a GET finds; `before`, an instant of the store's clock, where the list lags behind."""
    store, path = bank.store, request.path
    if path == "/v1/balance":
        sums = store.balances(request.account or PLATFORM)
        available = [{"amount": amount, "currency": name} for name, amount in sums.items()]
        return {"object": "balance", "livemode": False, "available": available, "pending": []}
    if (body := asked_for(bank.outbound, path, request.body, before)) is not None:
        return dict(body)
    if match := re.fullmatch(r"/v2/core/accounts/(\w+)", path):
        return bank.books.found(match[1], "v2.core.account")
    if path == "/v1/events":
        since = float((request.body.get("created") or {}).get("gte", 0))
        rows = store.rows("select body from event where created >= ? order by seq desc", since)
        events = [event for event in (json.loads(body) for (body,) in rows) if event["object"] == "event"]
        return _listed(events, request)
    if match := re.fullmatch(r"/v1/transfers/(\w+)/reversals", path):
        return _listed(
            [each for each in store.all("transfer_reversal", before=before) if each["transfer"] == match[1]], request
        )
    if path == "/v1/balance_transactions":
        page = _listed(statement.listed(store, request.body, before), request)
        return page | {"data": [statement.shown(store, each, request.body) for each in page["data"]]}
    if (match := re.fullmatch(r"/v1/(\w+)", path)) and match[1] in LISTS:
        found = store.all(LISTS[match[1]], before=before)
        if "transfer_group" in request.body:
            found = [each for each in found if each["transfer_group"] == request.body["transfer_group"]]
        return _listed(found, request)
    if match := re.fullmatch(r"/v1/transfers/(\w+)", path):
        return bank.books.found(match[1], "transfer")
    if match := re.fullmatch(r"/v1/checkout/sessions/(\w+)", path):
        return bank.books.session(match[1])
    if path == "/v1/refunds":
        return _listed(bank.books.refunds_of(request.body["payment_intent"], before), request)
    raise Refusal(404, "url_unknown", f"Unrecognized request URL (GET: {path})")


def _listed(found: list[Body], request: Request) -> Body:
    """A page of a list."""
    start = 0
    if after := request.body.get("starting_after"):
        start = next((place + 1 for place, each in enumerate(found) if each["id"] == after), len(found))
    limit = int(request.body.get("limit", 10))
    page = found[start : start + limit]
    return {"object": "list", "url": request.path, "data": page, "has_more": start + limit < len(found)}


def _digest(request: Request) -> str:
    text = json.dumps([request.path, request.body, request.account], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _endpoint(path: str) -> str:
    """The path without what it names."""
    return re.sub(r"/[a-z]+_[0-9a-f]{16}\b", "/*", path)


def _error() -> Answer:
    return Answer(500, {"error": {"type": "api_error", "message": "An unknown error occurred"}})


def _refusal(refusal: Refusal, headers: dict[str, str] | None = None) -> Answer:
    return Answer(refusal.status, refusal.body, headers or {})
