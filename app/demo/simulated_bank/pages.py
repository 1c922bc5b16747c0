"""What people see at the simulated bank: signing up, paying, and a desk on which things can be made to go wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from app.demo.simulated_bank.answers import Bank
from app.demo.simulated_bank.books import capability_of
from app.demo.simulated_bank.objects import Refusal
from app.demo.simulated_bank.outbound import PAYMENT
from app.demo.simulated_bank.store import PLATFORM

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1a2433}"
    "h1{font-size:1.4rem}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .5rem;"
    "border-bottom:1px solid #ccd}button{font:inherit;padding:.35rem .8rem;border:1px solid #456;border-radius:4px;"
    "background:#eef;cursor:pointer}form{display:inline}.note{background:#fff4d6;padding:.6rem 1rem}"
)
SOURCE = "fa_demo"  # what STRIPE_FINANCIAL_ACCOUNT is in a demo that pays straight to banks
MOST = 30  # so many of each are shown
NOTE = "Simulated bank: no real money. It stands for Stripe in this demo."


@dataclass
class Page:
    """An answer for a browser."""

    status: int
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def show(bank: Bank, method: str, path: str, form: dict[str, Any]) -> Page:
    """The page at this path, or what a button on it does."""
    try:
        with bank.store.transaction():
            if path == "/":
                return _desk(bank) if method == "GET" else _did(bank, form)
            if match := re.fullmatch(r"/setup/(\w+)", path):
                return _setup(bank, match[1], method, form)
            if match := re.fullmatch(r"/pay/(\w+)", path):
                return _pay(bank, match[1], method, form)
    except Refusal as refusal:
        return _page("That did not work", f"<p>{escape(str(refusal))}</p>", refusal.status)
    return _page("No such page", "<p>There is nothing here. <a href='/'>The desk</a></p>", 404)


def _setup(bank: Bank, link: str, method: str, form: dict[str, Any]) -> Page:
    """Who they are, in one click."""
    made = bank.books.found(link, "v2.core.account_link")
    if method == "POST":
        if form.get("answer") != "later":
            bank.books.set_capability(made["account"], "active" if form.get("answer") == "yes" else "restricted")
        return Page(303, headers={"Location": made["back"]})
    account = bank.books.found(made["account"], "v2.core.account")
    text = (
        f"<p>{escape(account.get('display_name') or account['id'])} says here who they are and where their bank is.</p>"
    )
    return _page(
        "Set up your account", text + _form(yes="Give everything that is asked", no="Give too little", later="Later")
    )


def _pay(bank: Bank, session: str, method: str, form: dict[str, Any]) -> Page:
    """A payment in one click, which may fail at once or later."""
    made = bank.books.session(session)
    text = f"<p>{escape(made['title'])}: <b>{_money(made['amount_total'], made['currency'])}</b></p>"
    answer = form.get("answer") if method == "POST" else ""
    if answer == "pay":
        bank.books.pay(session)
    elif answer == "debit":
        bank.books.debit(session)
    if answer == "refuse":
        text += "<p>The card was refused: pay in another way.</p>"
    elif answer:
        paid = answer in ("pay", "debit")
        return Page(303, headers={"Location": made["success_url"] if paid else made["cancel_url"] or "/"})
    if made["status"] != "open":
        return _page("This can’t be paid any more", text)
    ways = _form(
        pay="Pay by card or iDEAL", debit="Pay by direct debit", refuse="Use a card that is refused", no="Cancel"
    )
    return _page(
        "Pay", text + ways + "<p>Whether a direct debit arrives or fails is said at <a href='/'>the desk</a>.</p>"
    )


def _desk(bank: Bank) -> Page:
    """Everything it knows, with what can happen to each."""
    more = _deed("fund", "eur", "1000000", label="add 10,000 EUR")
    more += _deed("pay_out", PLATFORM, "eur", label="pay out to the platform’s bank")
    text = f"<p>Balance of the platform: {_sums(bank, PLATFORM)} {more}</p>"
    text += "<h2>Accounts</h2>" + _table(["Account", "Status", "Balance", ""], _accounts(bank))
    moved = [
        [*_moved(one, "amount_reversed"), _deed("reverse", one["id"], label="reverse")]
        for one in bank.store.all("transfer")[:MOST]
    ]
    text += "<h2>Transfers</h2>" + _table(["Transfer", "Amount", "Reversed", ""], moved)
    paid = [
        [one["id"], _amount(one), one["status"], _deed("fail_payout", one["id"], label="the bank returns it")]
        for one in bank.store.all("payout")[:MOST]
    ]
    text += "<h2>Payouts to banks</h2>" + _table(["Payout", "Amount", "Status", ""], paid)
    text += _to_banks(bank)
    text += "<h2>Payments</h2>" + _table(["Payment", "Amount", "Refunded", ""], _charges(bank))
    given = [
        [one["id"], _amount(one), one["status"], _deed("fail_refund", one["id"], label="the bank returns it")]
        for one in bank.store.all("refund")[:MOST]
    ]
    text += "<h2>Refunds</h2>" + _table(["Refund", "Amount", "Status", ""], given)
    text += "<h2>Payment pages</h2>" + _table(["For", "Amount", "Status", ""], _sessions(bank))
    disputed = []
    for one in bank.store.all("dispute")[:MOST]:
        ends = [("win_dispute", "is won"), ("lose_dispute", "is lost")] if one["status"] == "needs_response" else []
        buttons = "".join(_deed(deed, one["id"], label=label) for deed, label in ends)
        disputed.append([one["charge"], _amount(one), one["status"], buttons])
    text += "<h2>Disputes</h2>" + _table(["Payment", "Amount", "Status", ""], disputed)
    return _page("The desk of the simulated bank", text)


def _to_banks(bank: Bank) -> str:
    """Payments straight to banks, with what can become of each; the account they leave from gets money here."""
    found = []
    for one in bank.store.all(PAYMENT)[:MOST]:
        ends = {"processing": ("posted", "failed"), "posted": ("returned",)}.get(one["status"], ())
        buttons = "".join(_deed("end_outbound", one["id"], end, label=f"is {end}") for end in ends)
        found.append([one["id"], _money(one["amount"]["value"], one["amount"]["currency"]), one["status"], buttons])
    add = _deed("fund_source", SOURCE, "1000000", label="add 10,000 EUR")
    head = f"<h2>Straight to banks</h2><p>Financial account {SOURCE}: {_sums(bank, SOURCE)} {add}</p>"
    return head + _table(["Payment", "Amount", "Status", ""], found)


def _charges(bank: Bank) -> list[list[str]]:
    """A row for each payment that came."""
    found = []
    for one in bank.store.all("charge")[:MOST]:
        deeds = _deed("refund", one["id"], str(one["amount"] - one["amount_refunded"]), label="refund")
        found.append([*_moved(one, "amount_refunded"), deeds + _deed("dispute", one["id"], label="dispute")])
    return found


def _sessions(bank: Bank) -> list[list[str]]:
    """A row for each page to pay on, with what can still become of it."""
    found = []
    for one in bank.store.all("checkout.session")[:MOST]:
        status, deeds = one.get("debit") or one["status"], ""
        if status == "open":
            deeds = _deed("expire", one["id"], label="runs out")
        elif status == "on its way":
            deeds = _deed("land_debit", one["id"], label="the debit arrives")
            deeds += _deed("fail_debit", one["id"], label="the debit fails")
        found.append([one["title"], _money(one["amount_total"], one["currency"]), status, deeds])
    return found


def _moved(one: dict[str, Any], back: str) -> list[str]:
    """What moved, and what of it came back."""
    return [one["id"], _amount(one), _money(one[back], one["currency"])]


def _accounts(bank: Bank) -> list[list[str]]:
    """A row for each account, with what can happen to it."""
    found = []
    for account in bank.store.all("v2.core.account")[:MOST]:
        deeds = [
            _deed("set_capability", account["id"], "active", label="enable"),
            _deed("set_capability", account["id"], "restricted", label="disable"),
            _deed("pay_out", account["id"], "eur", label="pay out to the bank"),
            _deed("close_account", account["id"], label="close"),
        ]
        status = "closed" if account["closed"] else capability_of(account) or "none"
        name = account.get("display_name") or account["id"]
        found.append([name, status, _sums(bank, account["id"]), "".join(deeds)])
    return found


def _sums(bank: Bank, owner: str) -> str:
    return ", ".join(_money(amount, name) for name, amount in bank.store.balances(owner).items()) or "–"


def _amount(one: dict[str, Any]) -> str:
    return _money(one["amount"], one["currency"])


def _did(bank: Bank, form: dict[str, Any]) -> Page:
    """A button of the desk."""
    deeds: dict[str, Callable[[str, str], object]] = {
        "set_capability": lambda a, b: bank.books.set_capability(a, b),
        "close_account": lambda a, _b: bank.books.close_account(a),
        "pay_out": lambda a, b: bank.books.pay_out(a, b),
        "fail_payout": lambda a, _b: bank.books.fail_payout(a),
        "reverse": lambda a, _b: bank.books.reverse(a, {}),
        "refund": lambda a, b: bank.books.refund(a, int(b)),
        "fail_refund": lambda a, _b: bank.books.fail_refund(a),
        "dispute": lambda a, _b: bank.books.dispute(a),
        "win_dispute": lambda a, _b: bank.books.close_dispute(a, won=True),
        "lose_dispute": lambda a, _b: bank.books.close_dispute(a, won=False),
        "land_debit": lambda a, _b: bank.books.end_debit(a, arrived=True),
        "fail_debit": lambda a, _b: bank.books.end_debit(a, arrived=False),
        "expire": lambda a, _b: bank.books.expire(a),
        "end_outbound": lambda a, b: bank.outbound.end(a, b),
        "fund_source": lambda a, b: bank.store.book(a, "eur", int(b), "desk"),
        "fund": lambda a, b: bank.books.fund(a, int(b)),
    }
    deed = deeds.get(str(form.get("deed", "")))
    if deed:
        deed(str(form.get("about", "")), str(form.get("how", "")))
    return Page(303, headers={"Location": "/"})


def _deed(deed: str, about: str, how: str = "", *, label: str) -> str:
    hidden = "".join(
        f"<input type='hidden' name='{name}' value='{escape(value)}'>"
        for name, value in (("deed", deed), ("about", about), ("how", how))
    )
    return f"<form method='post' action='/'>{hidden}<button>{escape(label)}</button></form> "


def _form(**answers: str) -> str:
    """A form with a button for each answer."""
    buttons = [
        f"<button name='answer' value='{escape(value)}'>{escape(label)}</button> " for value, label in answers.items()
    ]
    return f"<form method='post'>{''.join(buttons)}</form>"


def _table(heads: list[str], rows: list[list[str]]) -> str:
    """The last cell is HTML already, the others are text."""
    if not rows:
        return "<p>None yet.</p>"
    head = "".join(f"<th scope='col'>{escape(each)}</th>" for each in heads)
    lines = ["".join(f"<td>{escape(each)}</td>" for each in row[:-1]) + f"<td>{row[-1]}</td>" for row in rows]
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _money(amount: int, currency: str) -> str:
    return f"{amount / 100:,.2f} {currency.upper()}"


def _page(title: str, text: str, status: int = 200) -> Page:
    head = f"<meta charset='utf-8'><link rel='icon' href='data:,'><title>{escape(title)}</title><style>{STYLE}</style>"
    body = f"<p class='note'>{NOTE}</p><h1>{escape(title)}</h1>{text}"
    return Page(status, f"<!doctype html><html lang='en'><head>{head}</head><body>{body}</body></html>")
