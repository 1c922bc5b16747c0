"""Invitations: who may offer which role, and what the link does and does not do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.database import db
from app.errors import Conflict, StreamcutError
from app.security import Identity, Role
from app.users import invitations, links, sessions
from app.users.models import AuditEvent, Creator, Invitation, Membership, Person
from tests.cast import Cast
from tests.users.mails import latest, latest_link

Browse = Callable[[str], FlaskClient]
NEW, FRESH = "new@cast.example", {"name": "Nina New", "password": "four words of mine"}


def _roles(email: str) -> list[str]:
    held = select(Membership.role).join(Person, Person.id == Membership.person_id)
    return list(db.session.scalars(held.where(Person.email == email, Membership.ended_at.is_(None))))


def _people_page(cast: Cast, brand: str = "lumen") -> str:
    return f"/brands/{cast.brands[brand].public_id}/people"


def _invite(browser: FlaskClient, address: str, role: Role, email: str = NEW) -> int:
    return browser.post(address, data={"email": email, "role": role}).status_code


def test_somebody_new_comes_in_by_the_link_with_name_and_password(
    app: Flask, browse: Browse, client: FlaskClient, cast: Cast
) -> None:
    olga, people = browse("olga"), _people_page(cast)
    assert _invite(olga, people, Role.BRAND_FINANCE, " New@Cast.example ") == 302
    page = olga.get(people).text
    assert NEW in page
    assert "instance/mail/" in page
    link = latest_link(app, NEW)
    assert link not in page  # only who reads the mail can take it
    assert "Lumen Lighting" in client.get(link).text
    weak = client.post(link, data=FRESH | {"password": "new@cast.example"})
    assert (weak.status_code, "too easy to guess" in weak.text) == (422, True)
    assert client.post(link, data=FRESH | {"name": "  "}).status_code == 422
    assert client.post(link, data=FRESH).headers["Location"] == "/"
    assert client.get(people).status_code == 200
    assert _roles(NEW) == [Role.BRAND_FINANCE]
    assert client.get(link).status_code == 404
    assert client.post(link, data=FRESH).status_code == 404
    actions = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions == ["sign in", "invite", "sign in", "accept invitation"]


def test_somebody_with_an_account_signs_in_to_accept(
    app: Flask, browse: Browse, client: FlaskClient, cast: Cast
) -> None:
    _invite(browse("olga"), _people_page(cast), Role.BRAND_MEMBER, "sam@cast.example")
    link = latest_link(app, "sam@cast.example")
    assert f"/sign-in?next={link}" in client.get(link).text
    assert client.post(link, data=FRESH).headers["Location"] == f"/sign-in?next={link}"
    kim = browse("kim")
    assert "another address" in kim.get(link).text
    assert kim.post(link).status_code == 409
    assert _roles("sam@cast.example") == []
    sam = browse("sam")
    assert sam.post(link).status_code == 302
    assert sam.get(_people_page(cast)).status_code == 200
    assert sam.post(link).status_code == 404


def test_nobody_new_is_made_in_the_name_of_who_is_signed_in(app: Flask, browse: Browse, cast: Cast) -> None:
    _invite(browse("olga"), _people_page(cast), Role.BRAND_MEMBER)
    assert browse("kim").post(latest_link(app, NEW), data=FRESH).status_code == 409
    assert db.session.scalar(select(Person).where(Person.email == NEW)) is None


def test_asking_again_renews_the_same_link(app: Flask, browse: Browse, cast: Cast) -> None:
    olga, people = browse("olga"), _people_page(cast)
    _invite(olga, people, Role.BRAND_MEMBER)
    first = latest_link(app, NEW)
    db.session.execute(update(Invitation).values(expires_at=datetime.now(UTC) - timedelta(days=1)))
    db.session.commit()
    assert olga.get(first).status_code == 404
    assert NEW not in olga.get(people).text
    _invite(olga, people, Role.BRAND_MEMBER)
    assert latest_link(app, NEW) == first
    assert olga.get(first).status_code == 200


def test_who_has_the_role_is_not_invited_again(browse: Browse, cast: Cast) -> None:
    olga, people = browse("olga"), _people_page(cast)
    assert _invite(olga, people, Role.BRAND_MEMBER, "max@cast.example") == 409
    assert _invite(olga, people, Role.BRAND_OWNER, "max@cast.example") == 302
    assert _invite(olga, people, Role.ADMIN) == 422
    assert _invite(olga, people, Role.CREATOR) == 422
    assert _invite(olga, people, Role.BRAND_MEMBER, "no address") == 422
    assert _invite(olga, people, Role.BRAND_MEMBER, "two@cast.example, three@cast.example") == 422


def test_an_invitation_can_be_taken_back(app: Flask, browse: Browse, client: FlaskClient, cast: Cast) -> None:
    olga, people = browse("olga"), _people_page(cast)
    _invite(olga, people, Role.BRAND_MEMBER)
    link = latest_link(app, NEW)
    row = db.session.scalars(select(Invitation)).one()
    revoke = f"/brands/{cast.brands['lumen'].public_id}/invitations/{row.id}/revoke"
    assert olga.post(revoke).status_code == 302
    assert olga.post(revoke).status_code == 404
    assert client.post(link, data=FRESH).status_code == 404


def test_only_an_owner_changes_who_works_for_the_brand(browse: Browse, cast: Cast) -> None:
    for name in ("max", "bea", "adam", "mira"):
        assert _invite(browse(name), _people_page(cast), Role.BRAND_OWNER) == 403
    assert _invite(browse("kim"), _people_page(cast), Role.BRAND_OWNER) == 404
    assert "Invite somebody" not in browse("max").get(_people_page(cast)).text


def test_an_owner_ends_a_role_but_never_the_last_owners(browse: Browse, cast: Cast) -> None:
    olga, people = browse("olga"), _people_page(cast)
    of = {row.person.name: row.id for row in db.session.scalars(select(Membership))}
    assert olga.post(f"{people}/{of['Olga']}/end").status_code == 409
    assert olga.post(f"{people}/{of['Kim']}/end").status_code == 404
    assert olga.post(f"{people}/{of['Max']}/end").status_code == 302
    assert olga.post(f"{people}/{of['Max']}/end").status_code == 404
    assert _roles("max@cast.example") == []


def test_an_owner_who_is_disabled_does_not_count_as_one(browse: Browse, cast: Cast) -> None:
    olga, people = browse("olga"), _people_page(cast)
    when = {"granted_at": datetime.now(UTC)}
    db.session.add(
        Membership(person_id=cast.people["max"].id, role="brand_owner", brand_id=cast.brands["lumen"].id, **when)
    )
    cast.people["max"].disabled_at = datetime.now(UTC)
    mine = select(Membership.id).join(Person, Person.id == Membership.person_id).where(Person.name == "Olga")
    own = db.session.scalars(mine).one()
    db.session.commit()
    assert olga.post(f"{people}/{own}/end").status_code == 409
    cast.people["max"].disabled_at = None
    db.session.commit()
    assert olga.post(f"{people}/{own}/end").status_code == 302
    assert olga.get(people).status_code == 403


def test_the_person_behind_an_imported_creator_claims_it(
    app: Flask, browse: Browse, client: FlaskClient, cast: Cast
) -> None:
    imported = Creator(handle="lola", name="Lola", country="NL", languages=["nl"], timezone="Europe/Amsterdam")
    imported.recorded_at = datetime.now(UTC)
    db.session.add(imported)
    db.session.commit()
    adam, claim = browse("adam"), f"/admin/claims/creators/{imported.public_id}"
    assert "lola" in adam.get("/admin/claims?q=LOL").text
    assert "mira" not in adam.get("/admin/claims").text
    assert _invite(adam, claim, Role.CREATOR, "wrong@cast.example") == 302
    wrong = latest_link(app, "wrong@cast.example")
    shown = adam.post(claim, data={"email": "lola@cast.example", "role": "creator"}, follow_redirects=True)
    right = latest_link(app, "lola@cast.example")
    assert f"http://localhost:8000{right}" in shown.text
    assert client.get(wrong).status_code == 404  # sent to a wrong address: opens nothing any more
    client.post(right, data=FRESH)
    assert client.get(f"/creators/{imported.public_id}/people").status_code == 200
    assert "lola" not in adam.get("/admin/claims").text
    late = adam.post(claim, data={"email": "wrong@cast.example", "role": "creator"})
    assert (late.status_code, "has claimed this creator" in late.text) == (422, True)


def test_a_creator_lets_an_agent_in_and_out(app: Flask, browse: Browse, cast: Cast) -> None:
    joon, people = browse("joon"), f"/creators/{cast.creators['joon'].public_id}/people"
    _invite(joon, people, Role.AGENT, "ada@cast.example")
    ada = browse("ada")
    ada.post(latest_link(app, "ada@cast.example"))
    assert ada.get(people).status_code == 200
    assert _invite(ada, people, Role.AGENT) == 403
    held = select(Membership.id).where(Membership.creator_id == cast.creators["joon"].id)
    agent = db.session.scalars(held.where(Membership.role == "agent")).one()
    own = db.session.scalars(held.where(Membership.role == "creator")).one()
    assert joon.post(f"{people}/{own}/end").status_code == 404
    assert joon.post(f"{people}/{agent}/end").status_code == 302
    assert ada.get(people).status_code == 404


def test_an_admin_invites_a_brands_first_owner_and_staff(
    app: Flask, browse: Browse, client: FlaskClient, cast: Cast
) -> None:
    adam, brand = browse("adam"), cast.brands["kettle"].public_id
    assert "kettle" in adam.get("/admin/claims?kind=brand&state=claimed").text
    assert _invite(adam, f"/admin/claims/brands/{brand}", Role.BRAND_OWNER, "ken@cast.example") == 302
    assert _invite(adam, "/admin/invitations", Role.AUDITOR) == 302
    assert _invite(adam, "/admin/invitations", Role.BRAND_OWNER) == 422
    page = adam.get("/admin/invitations").text
    assert "ken@cast.example" in page
    client.post(latest_link(app, NEW), data=FRESH)
    assert client.get("/admin/people").status_code == 200
    assert client.get("/admin/invitations").status_code == 200
    assert _invite(client, "/admin/invitations", Role.ADMIN) == 403
    row = db.session.scalars(select(Invitation.id).where(Invitation.email == "ken@cast.example")).one()
    assert latest_link(app, "ken@cast.example") not in adam.get(f"/admin/invitations/{row}").text
    assert client.get(f"/admin/invitations/{row}").status_code == 403  # the link is as good as the role
    assert adam.post(f"/admin/invitations/{row}/revoke").status_code == 302
    assert adam.get(f"/admin/invitations/{row}").status_code == 404


def test_the_letter_is_in_the_invited_persons_language_else_in_the_inviters(
    app: Flask, browse: Browse, cast: Cast
) -> None:
    cast.people["olga"].language = "nl"
    db.session.commit()
    olga, people = browse("olga"), _people_page(cast)
    _invite(olga, people, Role.BRAND_MEMBER)
    _invite(olga, people, Role.BRAND_MEMBER, "sam@cast.example")
    assert latest(NEW)["Subject"] == "Uitnodiging voor Streamcut"
    assert latest("sam@cast.example")["Subject"] == "Invitation to Streamcut"


def _identity(person: Person) -> Identity:
    token = sessions.open_session(person, at=datetime.now(UTC), days=1, address="", browser="")
    found = sessions.identity_of(token, at=datetime.now(UTC))
    assert found
    return found[0]


def _at_once(app: Flask, *deeds: Callable[[], object]) -> list[str]:
    """Does things at the same time in sessions of their own; returns what became of each, sorted."""
    together, ends = threading.Barrier(len(deeds)), []

    def do(deed: Callable[[], object]) -> None:
        with app.app_context():
            try:
                together.wait()
                deed()
                db.session.commit()
                ends.append("done")
            except StreamcutError as error:
                ends.append(type(error).__name__)

    threads = [threading.Thread(target=do, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ends)


def test_a_link_opened_twice_at_once_gives_the_role_once(app: Flask, cast: Cast) -> None:
    at, sam = datetime.now(UTC), _identity(cast.people["sam"])
    offered = invitations.invite(sam.email, Role.BRAND_MEMBER, cast.brands["lumen"], by=None, at=at)
    token = links.token_of("invitation", offered.id)
    db.session.commit()
    ends = _at_once(app, *[lambda: invitations.accept(token, sam, at=at)] * 4)
    assert ends == ["NotFound"] * 3 + ["done"]


def test_two_people_cannot_claim_one_creator_at_once(app: Flask, cast: Cast) -> None:
    at, creator = datetime.now(UTC), cast.creators["joon"]
    held = select(Membership).where(Membership.creator_id == creator.id)
    db.session.scalars(held).one().ended_at = at
    people = [_identity(cast.people[name]) for name in ("sam", "kim")]
    tokens = []
    for person in people:  # as two invitations made at once would leave them
        row = Invitation(email=person.email, role="creator", creator_id=creator.id, invited_at=at)
        row.expires_at = at + timedelta(days=1)
        db.session.add(row)
        db.session.flush()
        tokens.append(links.token_of("invitation", row.id))
    db.session.commit()
    deeds = [
        lambda token=token, person=person: invitations.accept(token, person, at=at)
        for token, person in zip(tokens, people, strict=True)
    ]
    assert _at_once(app, *deeds) == ["Conflict", "done"]


def test_an_invitation_for_a_role_somebody_got_meanwhile_says_so(app: Flask, cast: Cast) -> None:
    at, max_ = datetime.now(UTC), _identity(cast.people["max"])
    row = Invitation(email=max_.email, role="brand_member", brand_id=cast.brands["lumen"].id, invited_at=at)
    row.expires_at = at + timedelta(days=1)
    db.session.add(row)
    db.session.flush()
    with pytest.raises(Conflict, match="has this role already"):
        invitations.accept(links.token_of("invitation", row.id), max_, at=at)


def test_an_admin_hands_over_links_to_staff_and_creators_and_sees_none_of_a_brand_or_its_agents(
    app: Flask, browse: Browse, cast: Cast
) -> None:
    adam, joon = browse("adam"), cast.creators["joon"]
    creator = f"/creators/{joon.public_id}/people"
    _invite(adam, "/admin/invitations", Role.AUDITOR, "staff@cast.example")
    _invite(browse("olga"), _people_page(cast), Role.BRAND_FINANCE, "finance@cast.example")
    _invite(browse("joon"), creator, Role.AGENT, "agent@cast.example")
    shown = {}
    for row in db.session.scalars(select(Invitation)).all():
        shown[row.email] = latest_link(app, row.email) in adam.get(f"/admin/invitations/{row.id}").text
    assert shown == {"staff@cast.example": True, "finance@cast.example": False, "agent@cast.example": False}
