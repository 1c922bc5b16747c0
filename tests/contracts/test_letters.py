"""Who reads about an offer, in which language, and where the link leads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from flask import Flask

from app import outbox
from app.contracts.offers import negotiation
from app.contracts.offers.negotiation import Version
from app.database import db
from app.security import Role
from app.users.models import Creator
from tests.cast import Cast
from tests.contracts.tables import AT, OTHER, SHEET, a_draft, accept, an_offer, counter, person_of
from tests.payouts.people import become
from tests.users.mails import mails


def subjects(app: Flask) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for mail in mails(app):
        found.setdefault(mail["To"].split("@")[0], []).append(mail["Subject"])
    return found


def test_the_creator_and_the_agent_read_of_an_offer_and_nobody_else(app: Flask, cast: Cast) -> None:
    offer = an_offer(cast)
    assert subjects(app) == {name: ["Lumen Lighting sent you an offer: Spring lamps"] for name in ("mira", "ada")}
    body = mails(app)[0].get_content()
    mira = cast.creators["mira"]
    assert f"http://localhost:8000/creators/{mira.public_id}/offers/{offer.public_id}" in body
    assert "24 Mar 2026 13:00" in body, "by the clock of Amsterdam"


def test_owners_and_members_of_the_brand_read_the_answer_and_finance_does_not(app: Flask, cast: Cast) -> None:
    offer = an_offer(cast)
    counter(offer, "creator", OTHER)
    expected = ["Mira Live sent a counter-offer: Spring lamps"]
    assert {name: said for name, said in subjects(app).items() if name not in ("mira", "ada")} == {
        "olga": expected,
        "max": expected,
    }
    lumen = cast.brands["lumen"]
    assert f"/brands/{lumen.public_id}/offers/{offer.public_id}" in mails(app)[-1].get_content()


def test_every_step_is_told_to_the_other_side(app: Flask, cast: Cast) -> None:
    offer = an_offer(cast)
    negotiation.revise(offer, Version(OTHER), side="brand", **person_of("brand"))
    negotiation.withdraw(offer, side="brand", reason="", **person_of("brand"))
    declined = an_offer(cast)
    negotiation.decline(declined, side="creator", seen=1, reason="no", **person_of("creator"))
    accept(an_offer(cast, replace(SHEET, hold_days=1)))
    found = subjects(app)
    assert [said.split(":")[0] for said in found["mira"]].count("Lumen Lighting sent you an offer") == 3
    assert "Lumen Lighting sent a new version: Spring lamps" in found["mira"]
    assert "Lumen Lighting withdrew an offer: Spring lamps" in found["mira"]
    assert found["olga"] == ["Mira Live declined: Spring lamps", "Mira Live accepted: Spring lamps"]


def test_a_draft_is_told_to_nobody(app: Flask, cast: Cast) -> None:
    offer = a_draft(cast)
    negotiation.withdraw(offer, side="brand", reason="", **person_of("brand"))
    assert mails(app) == []


def test_each_person_reads_once_and_the_disabled_never(app: Flask, cast: Cast) -> None:
    become("mira", Role.AGENT, creator_id=cast.creators["mira"].id)
    cast.people["ada"].disabled_at = datetime(2026, 1, 2, tzinfo=UTC)
    db.session.flush()
    an_offer(cast)
    assert {name: len(said) for name, said in subjects(app).items()} == {"mira": 1}


def test_mail_is_in_the_language_of_who_reads_it(app: Flask, cast: Cast) -> None:
    cast.people["mira"].language = "nl"
    db.session.flush()
    an_offer(cast)
    dutch, english = mails(app)
    assert (dutch["To"], english["To"]) == ("mira@cast.example", "ada@cast.example")
    assert dutch["Subject"] == "Lumen Lighting stuurde je een aanbod: Spring lamps"
    assert "24 mrt 2026 13:00" in dutch.get_content()
    assert "24 Mar 2026 13:00" in english.get_content()


def test_names_and_titles_break_no_mail(app: Flask, cast: Cast) -> None:
    mira: Creator = cast.creators["mira"]
    mira.name = "100% Mira %(x)s"
    db.session.flush()
    offer = an_offer(cast, title="50% %(off)s")
    facts = {"who": "Lumen\nBcc: all@example.com", "title": offer.title, "until": AT, "path": "/"}
    mira_reads = outbox.Reader("mira@cast.example", "en", cast.people["mira"].id)
    outbox.write(outbox.Event("offer.sent", "offer", offer.id, "again"), [mira_reads], facts, at=AT)
    assert mails(app)[-1]["Subject"] == "Lumen Bcc: all@example.com sent you an offer: 50% %(off)s"
    counter(offer, "creator", OTHER)
    assert mails(app)[-1]["Subject"].startswith("100% Mira %(x)s sent a counter-offer")
