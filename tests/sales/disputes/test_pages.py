"""Disputes in the browser of each: asking about an order, both roads to a decision, files, and what nobody may see."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.database import db
from app.sales.disputes import exchange
from app.sales.disputes.exchange import Said
from app.sales.disputes.models import Dispute
from app.sales.disputes.rulings import Wish
from app.sales.models import Sale
from app.users.models import Brand, Creator
from config import settings
from tests import market
from tests.ledger import story
from tests.payouts.people import identity
from tests.sales.corrected import decisions
from tests.sales.disputes.disputing import DAY, ruled
from tests.sales.disputes.test_disputes import balanced

Browse = Callable[[str], FlaskClient]
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


@pytest.fixture
def now() -> datetime:
    """This instant: sales of these tests are fresh enough to be disputed."""
    return clock.now().replace(microsecond=0)


@pytest.fixture
def lost(lumen: Brand, mira: Creator, joon: Creator, now: datetime) -> Sale:
    """Yesterday mira's viewer bought with joon's code."""
    market.contract(lumen, mira, ref="K-MIRA")
    market.contract(lumen, joon, ref="K-JOON", coupons=("JOONCODE",))
    market.touch(lumen, mira, "v", now - 2 * DAY, ref="T-MIRA")
    sale = market.sale(lumen, 10_000, now - DAY, visitor="v", coupon="JOONCODE", order_ref="O-77")
    story.settle()
    return sale


def desk(owner: Brand | Creator) -> str:
    kind = "brands" if isinstance(owner, Brand) else "creators"
    return f"/{kind}/{owner.public_id}"


def the_dispute() -> Dispute:
    db.session.rollback()
    return db.session.scalars(select(Dispute).order_by(Dispute.id.desc())).first()  # type: ignore[return-value]


def opened(browse: Browse, lumen: Brand, mira: Creator, sale: Sale, **more: object) -> Dispute:
    page = f"{desk(mira)}/disputes?brand={lumen.public_id}&sale={sale.id}"
    answer = browse("mira").post(page, data={"reason": "not_credited", "body": "She came from me."} | more)
    assert answer.status_code == 303, answer.text
    return the_dispute()


def seen_on(html: str) -> str:
    return html.split('name="seen" value="')[1].split('"')[0]


def decide(browse: Browse, dispute: Dispute, **ruling: str) -> None:
    page = f"/admin/disputes/{dispute.public_id}"
    data = {
        "outcome": "for_creator",
        "remedy": "award",
        "label": "off_stream",
        "reason": "The visit shows it.",
    } | ruling
    html = browse("adam").post(page, data=data).text
    assert "What this changes in money" in html, html
    answer = browse("adam").post(page, data=data | {"confirmed": "1", "seen": seen_on(html)})
    assert answer.status_code == 303, answer.text


def test_a_line_is_disputed_answered_and_decided_in_the_browser(
    browse: Browse, lumen: Brand, mira: Creator, lost: Sale
) -> None:
    line = f"/sales/{lumen.public_id}/{lost.id}"
    html = browse("mira").get(line).text
    assert "a code goes before a visit" in html
    new = html.split('href="')
    link = next(each.split('"')[0] for each in new if "/disputes/new" in each)
    assert "I brought this buyer" in browse("mira").get(link.replace("&amp;", "&")).text
    dispute = opened(browse, lumen, mira, lost, files=[(BytesIO(PNG), "chat.png")])
    assert "Answer the dispute about order O-77" in browse("olga").get(desk(lumen)).text
    theirs = f"{desk(lumen)}/disputes/{dispute.public_id}"
    html = browse("olga").get(theirs).text
    assert "She came from me." in html
    assert "chat.png" in html
    said = {"body": "Only our own code counts.", "files": [(BytesIO(b"%PDF-1.7 x"), "terms.pdf")], "private": "y"}
    assert browse("olga").post(f"{theirs}/answer", data=said).status_code == 303
    html = browse("mira").get(f"{desk(mira)}/disputes/{dispute.public_id}").text
    assert "Only our own code counts." in html
    assert "terms.pdf" not in html
    assert "A file that only the platform may see." in html
    assert "O-77" in browse("adam").get("/admin/disputes").text
    assert "terms.pdf" in browse("adam").get(f"/admin/disputes/{dispute.public_id}").text
    decide(browse, dispute)
    assert decisions(lost)[-1][1] == mira.id
    html = browse("mira").get(line).text
    assert "The platform decided in a dispute that Mira Live earns on this sale." in html
    assert "Decided: For the creator." in browse("mira").get(f"{desk(mira)}/disputes/{dispute.public_id}").text
    balanced()


def test_a_missing_order_is_asked_for_disputed_and_paid(
    browse: Browse, lumen: Brand, mira: Creator, lost: Sale, now: datetime
) -> None:
    page = f"{desk(mira)}/missing-order?brand={lumen.public_id}&order=O-LOST"
    html = browse("mira").get(page).text
    assert "or it is not known here yet" in html
    created = f"{desk(mira)}/disputes?brand={lumen.public_id}"
    day = (now - DAY).date().isoformat()
    told = {"order": "O-LOST", "sold_on": day, "body": "She showed me the mail of the shop."}
    assert browse("mira").post(created, data=told).status_code == 303
    dispute = the_dispute()
    html = browse("olga").get(f"{desk(lumen)}/disputes/{dispute.public_id}").text
    assert "This order is not known here." in html
    browse("olga").post(f"{desk(lumen)}/disputes/{dispute.public_id}/answer", data={"body": "Not found."})
    decide(browse, dispute, base="50.00")
    assert "€5.00" in browse("mira").get(f"{desk(mira)}/missing-order?brand={lumen.public_id}&order=O-LOST").text
    balanced()


def test_silence_is_passed_on_by_the_job_at_its_instant(
    app: Flask, browse: Browse, lumen: Brand, mira: Creator, lost: Sale
) -> None:
    dispute = opened(browse, lumen, mira, lost)
    until = dispute.answer_by
    for instant, status in ((until - timedelta(minutes=1), "open"), (until, "to_decide")):
        ran = app.test_cli_runner().invoke(
            args=["run-job", "tend-disputes", "--at", instant.astimezone(UTC).isoformat()]
        )
        assert ran.exit_code == 0, ran.output
        assert the_dispute().status == status
    assert "Nobody answered in time." in browse("adam").get(f"/admin/disputes/{the_dispute().public_id}").text


def test_who_asks_about_an_order_learns_no_name_and_nothing_of_what_is_not_theirs(
    browse: Browse, lumen: Brand, mira: Creator, lost: Sale, now: datetime
) -> None:
    market.sale(lumen, 12_300, now - DAY, coupon="JOONCODE", order_ref="O-OTHER", description="Secret lamp")
    story.settle()
    ask = f"{desk(mira)}/missing-order?brand={lumen.public_id}&order="
    html = browse("mira").get(ask + "O-77").text
    assert "The buyer used a code of another creator: a code goes before a visit." in html
    assert "Visit T-MIRA" in html
    opened(browse, lumen, mira, lost)
    dispute = the_dispute()
    pages = [ask + "O-77", ask + "O-OTHER", f"/sales/{lumen.public_id}/{lost.id}"]
    pages += [f"{desk(mira)}/disputes", f"{desk(mira)}/disputes/{dispute.public_id}"]
    for page in pages:
        shown = re.sub(r"O-(OTHER|NONE)", "", browse("mira").get(page).text)
        for hidden in ("Joon", "JOONCODE", "K-JOON", "Secret lamp", "123.00"):
            assert hidden not in shown, (page, hidden)
    known, unknown = (browse("mira").get(ask + order).text.replace(order, "") for order in ("O-OTHER", "O-NONE"))
    assert re.sub(r'value="[^"]*"', "", known) == re.sub(r'value="[^"]*"', "", unknown)


def test_numbers_are_not_tried_out(browse: Browse, lumen: Brand, mira: Creator, lost: Sale) -> None:
    client, ask = browse("mira"), f"{desk(mira)}/missing-order?brand={lumen.public_id}&order="
    for number in range(settings().dispute_questions):
        assert client.get(ask + str(number)).status_code == 200
    assert client.get(ask + "next").status_code == 429


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ([(b"", "a.png")], "is empty"),
        ([(b"MZ90", "a.exe")], "none of these"),
        ([(b"<script>", "a.png")], "none of these"),
        ([(PNG + b"0" * 1024 * 256, "a.png")], "larger than 0.25 MB"),
        ([(PNG, "a.png")] * 6, "at most 5 files"),
    ],
    ids=["empty", "program", "not what it says", "large", "many"],
)
def test_evidence_has_limits(
    app: Flask, browse: Browse, lumen: Brand, mira: Creator, lost: Sale, files: list[tuple[bytes, str]], why: str
) -> None:
    app.extensions["streamcut"] = replace(settings(), dispute_file_bytes=256 * 1024)
    page = f"{desk(mira)}/disputes?brand={lumen.public_id}&sale={lost.id}"
    sent = [(BytesIO(body), name) for body, name in files]
    answer = browse("mira").post(page, data={"reason": "not_credited", "body": "See.", "files": sent})
    assert (answer.status_code, why in answer.text) == (422, True)
    assert the_dispute() is None


def test_others_find_nothing(browse: Browse, lumen: Brand, mira: Creator, joon: Creator, lost: Sale) -> None:
    dispute = opened(browse, lumen, mira, lost, files=[(BytesIO(PNG), "chat.png")], private="y")
    file = exchange.messages_of(dispute)[0].files[0].public_id
    for who, page in (
        ("joon", f"{desk(joon)}/disputes/{dispute.public_id}"),
        ("joon", f"{desk(mira)}/disputes/{dispute.public_id}"),
        ("kim", f"{desk(lumen)}/disputes/{dispute.public_id}"),
        ("olga", f"{desk(lumen)}/disputes/{dispute.public_id}/files/{file}"),
    ):
        assert browse(who).get(page).status_code == 404, (who, page)
    got = browse("adam").get(f"/admin/disputes/{dispute.public_id}/files/{file}")
    assert (got.data, got.headers["Content-Disposition"]) == (PNG, "attachment; filename=chat.png")
    assert browse("olga").post(f"/admin/disputes/{dispute.public_id}", data={}).status_code == 403


def test_a_brands_public_record_tells_of_its_disputes(
    browse: Browse, lumen: Brand, mira: Creator, now: datetime
) -> None:
    market.contract(lumen, mira)
    day, said = (now - 6 * DAY).date(), Said("It is missing.")
    dispute = exchange.open_about_missing(mira, lumen, "O-1", day, said, by=identity("mira"), at=now - 5 * DAY)
    exchange.answer(dispute, said, agree=False, side="brand", by=identity("olga"), at=now - 2 * DAY)
    ruled(dispute, Wish("for_creator", "award", "Shown.", "off_stream", 1_000), at=now - DAY)
    html = re.sub(r"\s+", " ", browse("joon").get(f"/market/brands/{lumen.public_id}").text)
    for fact in (
        "<dt>Disputes about sales</dt><dd>1</dd>",
        "<dt>Decided for the creator</dt><dd>100%\N{NO-BREAK SPACE}of 1</dd>",
        "<dt>Days to answer a dispute</dt><dd>3 (median)</dd>",
    ):
        assert fact.replace("\N{NO-BREAK SPACE}", " ") in html, fact
