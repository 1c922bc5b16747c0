"""The pages of second factors: setting up, changing and losing them, and the admin's reset."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.database import db
from app.users import factors
from app.users.factors import passkeys, recovery
from app.users.factors.models import Passkey, TotpFactor
from app.users.models import AuditEvent
from tests.cast import PASSWORD, Cast, factor_code, give_app
from tests.users.authenticator import Authenticator
from tests.users.mails import latest, mails

Browse = Callable[[str], FlaskClient]
HOME = "/account/factors"
CODE = re.compile(r"<li>(\d{4} \d{4} \d{4})</li>")


def _later(secret: str, steps: int = 0) -> str:
    """What the app shows now, or some steps on: one step is let pass, and a code counts once."""
    return factor_code(secret, clock.now() + timedelta(seconds=30 * steps))


def _secret_on(page: str) -> str:
    shown = re.search(r'<span class="mono">([A-Z2-7 ]+)</span>', page)
    assert shown, page
    return shown[1].replace(" ", "")


def _app(cast: Cast, name: str = "che") -> str:
    secret = give_app(cast.people[name].id)
    db.session.commit()
    return secret


def _actions() -> list[str]:
    return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_an_app_is_set_up_with_password_picture_and_first_code(app: Flask, browse: Browse, cast: Cast) -> None:
    che = browse("che")
    assert "Set up a second factor" in che.get("/account").text
    assert "Second factor</label>" not in che.get(f"{HOME}/app").text, "there is none to ask for"
    wrong = che.post(f"{HOME}/app", data={"password": "not my password"})
    assert (wrong.status_code, "The password is wrong" in wrong.text) == (422, True)
    assert che.post(f"{HOME}/app", data={"password": PASSWORD}).headers["Location"] == f"{HOME}/app"
    page = che.get(f"{HOME}/app").text
    assert '<svg width="' in page
    assert " style=" not in page
    assert not factors.has_one(cast.people["che"].id)
    secret = _secret_on(page)
    wrong = che.post(f"{HOME}/app/confirm", data={"code": "12345"})
    assert (wrong.status_code, "not the code the app shows" in wrong.text, secret in _secret_on(wrong.text)) == (
        422,
        True,
        True,
    )
    done = che.post(f"{HOME}/app/confirm", data={"code": _later(secret)})
    assert (done.status_code, len(CODE.findall(done.text))) == (200, 10)
    assert "10 codes are left" in che.get(HOME).text
    assert not CODE.findall(che.get(HOME).text), "they are shown once"
    assert che.post(f"{HOME}/app/confirm", data={"code": _later(secret, 1)}).status_code == 409
    assert _actions()[-1] == "set up app"
    mail = latest("che@cast.example")
    assert mail["Subject"] == "Your second factor was changed"
    assert "an authenticator app was set up." in mail.get_content()
    assert secret not in mail.get_content()


@pytest.mark.parametrize("place", ["app", "app/remove", "codes"])
def test_each_change_needs_the_password_and_a_factor(app: Flask, browse: Browse, cast: Cast, place: str) -> None:
    secret, che = _app(cast), browse("che")
    assert "Second factor</label>" in che.get(f"{HOME}/{place}").text
    for data, why in (
        ({"password": PASSWORD}, "Type the code of your app"),
        ({"password": PASSWORD, "factor": "000"}, "six digits"),
        ({"password": "not my password", "factor": _later(secret)}, "The password is wrong"),
        ({"factor": _later(secret)}, "Fill in a password"),
    ):
        page = che.post(f"{HOME}/{place}", data=data)
        assert (page.status_code, why in page.text) == (422, True), page.text
    before = [row.ended_at for row in db.session.scalars(select(TotpFactor))]
    assert before == [None]
    assert che.post(f"{HOME}/{place}", data={"password": PASSWORD, "factor": _later(secret)}).status_code in (200, 302)
    again = che.post(f"{HOME}/{place}", data={"password": PASSWORD, "factor": _later(secret)})
    assert again.status_code in (409, 422), "the code was used"


def test_passwords_are_guessed_no_more_often_than_at_sign_in(app: Flask, browse: Browse, cast: Cast) -> None:
    secret, che = _app(cast), browse("che")
    wrong = {"password": "not my password", "factor": _later(secret)}
    answers = [che.post(f"{HOME}/codes", data=wrong).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    assert che.post(f"{HOME}/codes", data=wrong | {"password": PASSWORD}).status_code == 429
    assert "lock out" in _actions()


def test_wrong_codes_shut_the_pages_and_say_for_how_long(app: Flask, browse: Browse, cast: Cast) -> None:
    _app(cast)
    che = browse("che")
    wrong = {"password": PASSWORD, "factor": "1234567"}
    answers = [che.post(f"{HOME}/codes", data=wrong) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert "wait 15 minutes" in answers[-1].text


def test_the_app_is_replaced_and_removed_with_its_codes(app: Flask, browse: Browse, cast: Cast) -> None:
    secret, che, me = _app(cast), browse("che"), cast.people["che"].id
    first = CODE.findall(che.post(f"{HOME}/codes", data={"password": PASSWORD, "factor": _later(secret, -1)}).text)
    assert len(first) == 10
    che.post(f"{HOME}/app", data={"password": PASSWORD, "factor": _later(secret)})
    new = _secret_on(che.get(f"{HOME}/app").text)
    done = che.post(f"{HOME}/app/confirm", data={"code": _later(new)})
    assert (done.status_code, CODE.findall(done.text)) == (302, []), "there are recovery codes"
    old = che.post(f"{HOME}/app/remove", data={"password": PASSWORD, "factor": _later(secret, 1)})
    assert old.status_code == 422
    gone = che.post(f"{HOME}/app/remove", data={"password": PASSWORD, "factor": first[0]}, follow_redirects=True)
    assert "The app is removed" in gone.text
    assert (factors.has_one(me), recovery.left(me)) == (False, 0)
    assert che.post(f"{HOME}/app/remove", data={"password": PASSWORD}).status_code == 409
    assert _actions()[-3:] == ["make recovery codes", "set up app", "remove app"]


def test_a_passkey_is_added_renamed_used_and_removed(app: Flask, browse: Browse, cast: Cast) -> None:
    che, device, me = browse("che"), Authenticator(), cast.people["che"].id
    new = {"name": "phone", "password": PASSWORD}
    lacking = che.post(f"{HOME}/passkeys/new", data=new)
    assert (lacking.status_code, "not the answer of a passkey" in lacking.text) == (422, True)
    made = device.add(che.post(f"{HOME}/passkeys/options").text)
    done = che.post(f"{HOME}/passkeys/new", data=new | {"credential": made})
    assert len(CODE.findall(done.text)) == 10, done.text
    row = passkeys.live_passkeys(me)[0]
    page = f"{HOME}/passkeys/{row.public_id}"
    assert 'data-passkey="use"' in che.get(page).text

    def answer(purpose: str = "second factors") -> str:
        return device.use(che.post(f"{HOME}/challenge", data={"purpose": purpose}).text)

    other = che.post(page, data={"name": "x", "password": PASSWORD, "factor": answer("batch 12")})
    assert (other.status_code, "for something else" in other.text) == (422, True)
    assert che.post(page, data={"name": "", "password": PASSWORD, "factor": answer()}).status_code == 422
    assert che.post(page, data={"name": "x" * 61, "password": PASSWORD, "factor": answer()}).status_code == 422
    assert che.post(page, data={"name": "<b>tablet", "password": PASSWORD, "factor": answer()}).status_code == 302
    shown = che.get(HOME).text
    assert "&lt;b&gt;tablet" in shown
    assert "Never" not in shown
    assert che.get(f"{page}/remove").status_code == 200
    assert che.post(f"{page}/remove", data={"password": PASSWORD, "factor": answer()}).status_code == 302
    assert che.get(page).status_code == 404
    assert che.post(f"{HOME}/challenge", data={"purpose": "batch 12"}).json == {
        "error": "You have no passkey: add one on your account’s page, or type a code."
    }
    assert _actions()[-3:] == ["add passkey", "rename passkey", "remove passkey"]
    told = [mail.get_content() for mail in mails(app)]
    assert [line for text in told for line in text.splitlines() if "the passkey" in line and line.endswith(".")]
    assert len(told) == 3


def test_a_passkey_is_its_owners_alone(app: Flask, browse: Browse, cast: Cast) -> None:
    secret, mo = _app(cast, "mo"), browse("mo")
    device, person = Authenticator(), cast.people["che"]
    row = passkeys.add(person.id, "p", device.add(passkeys.options_to_add(person, at=clock.now())), at=clock.now())
    db.session.commit()
    for place in ("", "/remove"):
        page = f"{HOME}/passkeys/{row.public_id}{place}"
        data = {"name": "mine", "password": PASSWORD, "factor": _later(secret)}
        assert [mo.get(page).status_code, mo.post(page, data=data).status_code] == [404, 404]


def test_an_admin_resets_with_a_reason_that_the_person_reads(app: Flask, browse: Browse, cast: Cast) -> None:
    _app(cast)
    adam, che = browse("adam"), cast.people["che"]
    page = f"/admin/people/{che.public_id}"
    assert "Reset the second factors" in adam.get(page).text
    assert "Reset the second factors" not in browse("audrey").get(page).text
    assert adam.post(f"{page}/factors/reset", data={"reason": "  "}).status_code == 422
    assert factors.has_one(che.id)
    assert adam.post(f"{page}/factors/reset", data={"reason": "Lost phone, called back."}).status_code == 302
    db.session.rollback()
    assert not factors.has_one(che.id)
    assert adam.post(f"{page}/factors/reset", data={"reason": "Again."}).status_code == 409
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "reset factors")).one()
    assert (event.by_name, event.object_id, event.detail["reason"]) == ("Adam", che.id, "Lost phone, called back.")
    mail = latest("che@cast.example")
    assert mail["Subject"] == "Your second factors were reset"
    assert "Lost phone, called back." in mail.get_content()
    assert "http://localhost:8000/account/factors" in mail.get_content()


def test_an_admin_does_not_reset_their_own(app: Flask, browse: Browse, cast: Cast) -> None:
    _app(cast, "adam")
    adam, page = browse("adam"), f"/admin/people/{cast.people['adam'].public_id}"
    assert "Reset the second factors" not in adam.get(page).text
    answer = adam.post(f"{page}/factors/reset", data={"reason": "Lost."})
    assert (answer.status_code, "ask another admin" in answer.text) == (409, True)


def test_a_reset_ends_passkeys_and_recovery_codes_too(app: Flask, browse: Browse, cast: Cast) -> None:
    person, device = cast.people["che"], Authenticator()
    passkeys.add(person.id, "phone", device.add(passkeys.options_to_add(person, at=clock.now())), at=clock.now())
    recovery.make_codes(person.id, at=clock.now())
    db.session.commit()
    page = f"/admin/people/{person.public_id}/factors/reset"
    assert browse("adam").post(page, data={"reason": "Lost."}).status_code == 302
    db.session.rollback()
    assert factors.factors_of(person.id) == factors.Factors(app=False, passkeys=0, codes=0)
    assert db.session.scalars(select(Passkey.ended_at)).one() is not None


FIELD = "{% import '_second_factor.html' as factor %}{{ factor.field('batch 12', errors=['Wrong.']) }}"


def test_the_field_for_other_forms_asks_or_says_where_to_set_one_up(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    che, device = cast.people["che"], Authenticator()
    monkeypatch.setattr("app.users.views.factors.signed_in", lambda: SimpleNamespace(person_id=che.id))
    with app.test_request_context():
        assert f'href="{HOME}"' in render_template_string(FIELD)
        give_app(che.id)
        field = render_template_string(FIELD)
        assert 'inputmode="numeric" autocomplete="one-time-code"' in field
        assert "Wrong." in field
        assert "data-passkey" not in field
        passkeys.add(che.id, "phone", device.add(passkeys.options_to_add(che, at=clock.now())), at=clock.now())
        field = render_template_string(FIELD)
        assert 'data-purpose="batch 12"' in field
        assert f'href="{HOME}"' not in field


def test_pages_and_letters_speak_dutch(app: Flask, browse: Browse) -> None:
    che = browse("che")
    che.post("/language", data={"language": "nl", "next": "/"})
    assert "Tweede factor" in che.get(HOME).text
    che.post(f"{HOME}/app", data={"password": PASSWORD})
    secret = _secret_on(che.get(f"{HOME}/app").text)
    assert che.post(f"{HOME}/app/confirm", data={"code": _later(secret)}).status_code == 200
    mail = latest("che@cast.example")
    assert mail["Subject"] == "Je tweede factor is gewijzigd"
    assert "er is een authenticator-app ingesteld." in mail.get_content()
