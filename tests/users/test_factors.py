"""Second factors: what counts, once, for one purpose, and what doesn't."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.database import db
from app.errors import BadInput, Conflict, NotFound, TooMany
from app.users import factors, jobs
from app.users.factors import apps, passkeys, recovery, sealing
from app.users.factors.models import FactorUse, Passkey, PasskeyChallenge, RecoveryCode, TotpFactor
from app.users.models import Attempt, AuditEvent
from tests.cast import Cast, factor_code, give_app
from tests.users.authenticator import Authenticator
from tests.users.test_invitations import _at_once

AT = datetime(2026, 3, 4, 12, tzinfo=UTC)
STEP = timedelta(seconds=30)
BATCH = "batch 12"


@pytest.fixture
def che(cast: Cast) -> int:
    """Who approves."""
    return cast.people["che"].id


def _secret(person_id: int) -> str:
    secret = give_app(person_id)
    db.session.commit()
    return secret


def _passkey(cast: Cast, name: str = "che", **about: object) -> Authenticator:
    device, person = Authenticator(**about), cast.people[name]  # type: ignore[arg-type]
    passkeys.add(person.id, "phone", device.add(passkeys.options_to_add(person, at=AT)), at=AT)
    db.session.commit()
    return device


def _refused(person_id: int, answer: str, why: str, *, purpose: str = BATCH, at: datetime = AT) -> None:
    """The answer is refused in a sentence, and nothing of the try is left but that it is counted."""
    with pytest.raises(BadInput, match=why) as refusal:
        factors.use(person_id, answer, purpose, at=at)
    assert str(refusal.value).endswith(".")
    db.session.rollback()


def _tries(person_id: int) -> int:
    return len(db.session.scalars(select(Attempt).where(Attempt.key == f"factor:{person_id}")).all())


def _uses() -> list[tuple[str, str]]:
    return [(row.purpose, row.kind) for row in db.session.scalars(select(FactorUse).order_by(FactorUse.id))]


# -- apps --


def test_a_code_counts_once_and_for_no_other_purpose_either(app: Flask, che: int) -> None:
    secret = _secret(che)
    code = factor_code(secret, AT)
    factors.use(che, f" {code[:3]} {code[3:]} ", BATCH, at=AT)
    db.session.commit()
    _refused(che, code, "used before")
    _refused(che, code, "used before", purpose="batch 13", at=AT + STEP)
    factors.use(che, factor_code(secret, AT + STEP), "batch 13", at=AT + STEP)
    assert _uses() == [(BATCH, "totp"), ("batch 13", "totp")]


def test_a_code_before_the_one_that_was_used_counts_no_more(app: Flask, che: int) -> None:
    secret = _secret(che)
    factors.use(che, factor_code(secret, AT + STEP), BATCH, at=AT)
    db.session.commit()
    _refused(che, factor_code(secret, AT), "used before")
    _refused(che, factor_code(secret, AT - STEP), "used before")


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_may_be_a_step_before_or_behind(app: Flask, che: int, steps: int) -> None:
    factors.use(che, factor_code(_secret(che), AT + steps * STEP), BATCH, at=AT)
    assert _uses() == [(BATCH, "totp")]


@pytest.mark.parametrize("steps", [-20, -2, 2])
def test_a_code_of_another_time_is_wrong(app: Flask, che: int, steps: int) -> None:
    _refused(che, factor_code(_secret(che), AT + steps * STEP), "not the code")
    assert (_uses(), _tries(che)) == ([], 1)


def test_nobody_uses_the_code_of_somebody_else(app: Flask, cast: Cast, che: int) -> None:
    theirs = _secret(cast.people["mo"].id)
    _secret(che)
    _refused(che, factor_code(theirs, AT), "not the code")


def test_what_is_rolled_back_leaves_the_code_good(app: Flask, che: int) -> None:
    code = factor_code(_secret(che), AT)
    factors.use(che, code, BATCH, at=AT)
    db.session.rollback()
    factors.use(che, code, BATCH, at=AT)


def test_the_secret_is_unreadable_in_the_table_and_with_another_key(app: Flask, che: int) -> None:
    secret = _secret(che)
    row = db.session.scalars(select(TotpFactor)).one()
    assert secret.encode() not in row.sealed
    assert sealing.unseal(row.sealed) == secret
    config = app.extensions["streamcut"]
    app.extensions["streamcut"] = replace(config, secret_key="another-secret-of-ours")
    try:
        _refused(che, factor_code(secret, AT), "ask an admin to reset")
    finally:
        app.extensions["streamcut"] = config


def test_an_app_counts_from_its_first_code_on_which_counts_no_more(app: Flask, che: int) -> None:
    draft = apps.begin(che, at=AT)
    assert not factors.has_one(che)
    secret = apps.secret_of(draft).replace(" ", "")
    with pytest.raises(BadInput, match="clock of your phone"):
        apps.confirm(che, "000000" if factor_code(secret, AT) != "000000" else "000001", at=AT)
    code = factor_code(secret, AT)
    apps.confirm(che, f"{code[:3]} {code[3:]}", at=AT)
    db.session.commit()
    assert factors.has_one(che)
    _refused(che, code, "used before")


def test_a_new_app_ends_the_one_before_only_when_it_is_confirmed(app: Flask, che: int) -> None:
    before = _secret(che)
    draft = apps.begin(che, at=AT)
    factors.use(che, factor_code(before, AT), BATCH, at=AT)
    apps.confirm(che, factor_code(apps.secret_of(draft).replace(" ", ""), AT), at=AT)
    db.session.commit()
    _refused(che, factor_code(before, AT + STEP), "not the code", at=AT + STEP)


def test_a_draft_is_void_after_a_quarter_of_an_hour_and_when_another_is_begun(app: Flask, che: int) -> None:
    first = apps.secret_of(apps.begin(che, at=AT)).replace(" ", "")
    apps.begin(che, at=AT)
    with pytest.raises(BadInput):
        apps.confirm(che, factor_code(first, AT), at=AT)
    with pytest.raises(Conflict, match="begin again"):
        apps.confirm(che, "123456", at=AT + timedelta(minutes=15))


def test_the_picture_holds_the_address_and_no_style(app: Flask, cast: Cast) -> None:
    person = cast.people["che"]
    address = apps.address_of(apps.begin(person.id, at=AT), person)
    assert address.startswith("otpauth://totp/Streamcut:che%40cast.example?secret=")
    picture = apps.picture_of(address)
    assert picture.startswith("<svg ")
    assert "style" not in picture


# -- passkeys --


def test_a_passkey_answers_for_one_purpose_once(app: Flask, cast: Cast, che: int) -> None:
    device = _passkey(cast)
    answer = device.use(passkeys.options_to_use(che, BATCH, at=AT))
    db.session.commit()
    _refused(che, answer, "for something else", purpose="batch 13")
    factors.use(che, answer, BATCH, at=AT)
    db.session.commit()
    _refused(che, answer, "was used")
    row = db.session.scalars(select(Passkey)).one()
    assert (row.sign_count, row.last_used_at, _uses()) == (1, AT, [(BATCH, "passkey")])


def test_a_passkeys_answer_is_good_for_five_minutes(app: Flask, cast: Cast, che: int) -> None:
    device = _passkey(cast)
    answer = device.use(passkeys.options_to_use(che, BATCH, at=AT))
    db.session.commit()
    _refused(che, answer, "older than 5 minutes", at=AT + timedelta(minutes=5))
    factors.use(che, answer, BATCH, at=AT + timedelta(minutes=5, seconds=-1))


def test_nobody_answers_with_the_passkey_or_the_challenge_of_somebody_else(app: Flask, cast: Cast, che: int) -> None:
    mine, theirs, mo = _passkey(cast), _passkey(cast, "mo"), cast.people["mo"].id
    _refused(che, mine.use(passkeys.options_to_use(mo, BATCH, at=AT)), "for something else")
    _refused(che, theirs.use(passkeys.options_to_use(che, BATCH, at=AT)), "something else|not one of yours")
    options = passkeys.options_to_use(che, BATCH, at=AT)
    db.session.commit()
    _refused(che, theirs.use(options), "not one of yours")


WRONG: dict[str, Callable[[Authenticator], object]] = {
    "another site": lambda device: setattr(device, "origin", "https://streamcut.example.evil"),
    "another host": lambda device: setattr(device, "host", "evil.example"),
    "nobody was asked who holds it": lambda device: setattr(device, "verifies", False),
    "another key": lambda device: setattr(device, "key", Authenticator().key),
    "a copy that lags behind": lambda device: setattr(device, "count", -1 + device.count),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_passkeys_answer_with_something_wrong_is_refused(app: Flask, cast: Cast, che: int, wrong: str) -> None:
    device = _passkey(cast)
    factors.use(che, device.use(passkeys.options_to_use(che, BATCH, at=AT)), BATCH, at=AT)
    options = passkeys.options_to_use(che, BATCH, at=AT)
    db.session.commit()
    WRONG[wrong](device)
    _refused(che, device.use(options), "could not be checked")
    assert _tries(che) == 1


@pytest.mark.parametrize("wrong", ["another site", "another host", "nobody was asked who holds it"])
def test_a_new_passkey_with_something_wrong_is_refused(app: Flask, cast: Cast, che: int, wrong: str) -> None:
    device, options = Authenticator(), passkeys.options_to_add(cast.people["che"], at=AT)
    WRONG[wrong](device)
    with pytest.raises(BadInput, match="could not be checked"):
        passkeys.add(che, "phone", device.add(options), at=AT)


def test_a_new_passkey_is_made_once_from_its_own_challenge(app: Flask, cast: Cast, che: int) -> None:
    device = _passkey(cast)
    options = passkeys.options_to_add(cast.people["che"], at=AT)
    assert json.loads(options)["excludeCredentials"][0]["id"] == json.loads(device.use(options))["id"]
    with pytest.raises(BadInput, match="known here already"):
        passkeys.add(che, "again", device.add(options), at=AT)
    other = Authenticator()
    with pytest.raises(BadInput, match="was used"):
        passkeys.add(che, "phone", other.add(options), at=AT)
    with pytest.raises(BadInput, match="something else"):
        passkeys.add(che, "phone", other.add(passkeys.options_to_use(che, passkeys.ADDING, at=AT)), at=AT)
    late = passkeys.options_to_add(cast.people["che"], at=AT)
    with pytest.raises(BadInput, match="5 minutes"):
        passkeys.add(che, "phone", other.add(late), at=AT + timedelta(minutes=6))


def test_a_person_has_ten_passkeys_at_most_each_with_a_name(app: Flask, cast: Cast, che: int) -> None:
    for name in ("", "  ", "x" * 61, "a\u200bb"):
        with pytest.raises(BadInput):
            passkeys.add(che, name, "{}", at=AT)
    for _ in range(10):
        _passkey(cast)
    with pytest.raises(BadInput, match="10 passkeys"):
        passkeys.add(che, "phone", "{}", at=AT)


def test_a_challenge_needs_a_passkey_and_a_purpose(app: Flask, cast: Cast, che: int) -> None:
    with pytest.raises(BadInput, match="no passkey"):
        passkeys.options_to_use(che, BATCH, at=AT)
    _passkey(cast)
    for purpose in ("", " ", "x" * 101):
        with pytest.raises(BadInput):
            passkeys.options_to_use(che, purpose, at=AT)


def test_a_removed_passkey_is_not_there_and_does_not_answer(app: Flask, cast: Cast, che: int) -> None:
    device = _passkey(cast)
    _secret(che)
    options = passkeys.options_to_use(che, BATCH, at=AT)
    row = passkeys.live_passkeys(che)[0]
    row.ended_at = AT
    db.session.commit()
    _refused(che, device.use(options), "was removed")
    with pytest.raises(NotFound):
        passkeys.get_passkey(che, row.public_id)


NONSENSE = [
    "{",
    "{}",
    '{"id": 7}',
    '{"response": 7}',
    '{"response": {"clientDataJSON": 7}}',
    '{"response": {"clientDataJSON": "e30"}}',
    '{"response": {"clientDataJSON": "W10"}}',
    '{"response": {"clientDataJSON": "é"}}',
    '{"response": ' * 5000 + "}" * 5000,
    '{"a": "' + "x" * 20_000 + '"}',
]


@pytest.mark.parametrize("answer", NONSENSE, ids=range(len(NONSENSE)))
def test_what_is_no_answer_of_a_passkey_is_refused_in_a_sentence(app: Flask, che: int, answer: str) -> None:
    _secret(che)
    _refused(che, answer, "not the answer of a passkey")
    with pytest.raises(BadInput):
        passkeys.add(che, "phone", answer, at=AT)


def test_a_half_answer_to_a_right_challenge_is_refused_in_a_sentence(app: Flask, cast: Cast, che: int) -> None:
    device = _passkey(cast)
    for lacking in ("signature", "authenticatorData"):
        answer = json.loads(device.use(passkeys.options_to_use(che, BATCH, at=AT)))
        db.session.commit()
        for value in (None, 7, "", "AAAA", "é"):
            answer["response"][lacking] = value
            _refused(che, json.dumps(answer), "could not be checked")
            db.session.execute(text("delete from attempt"))
            db.session.commit()
    answer = json.loads(device.use(passkeys.options_to_use(che, BATCH, at=AT)))
    db.session.commit()
    for value in (None, 7, "é", ["x"]):
        answer["id"] = value
        _refused(che, json.dumps(answer), "not the answer|not one of yours")


# -- recovery codes --


def test_a_recovery_code_counts_once(app: Flask, che: int) -> None:
    _secret(che)
    codes = recovery.make_codes(che, at=AT)
    db.session.commit()
    assert (len(set(codes)), recovery.left(che)) == (10, 10)
    factors.use(che, codes[0], BATCH, at=AT)
    db.session.commit()
    _refused(che, codes[0], "used before")
    factors.use(che, codes[1].replace(" ", "-"), BATCH, at=AT)
    factors.use(che, codes[2].replace(" ", ""), BATCH, at=AT)
    assert (recovery.left(che), _uses()) == (7, [(BATCH, "recovery")] * 3)


def test_new_recovery_codes_replace_the_old_ones_and_are_kept_nowhere(app: Flask, cast: Cast, che: int) -> None:
    _secret(che)
    old, new = recovery.make_codes(che, at=AT), recovery.make_codes(che, at=AT)
    db.session.commit()
    assert recovery.left(che) == 10
    _refused(che, old[0], "replaced")
    stored = {row.code_hash for row in db.session.scalars(select(RecoveryCode))}
    assert not any(code.replace(" ", "").encode() in stored for code in [*old, *new])
    _secret(cast.people["mo"].id)
    _refused(cast.people["mo"].id, new[0], "not one of your")


# -- whatever kind --


WIDE = "".join(chr(0xFF10 + digit) for digit in range(6))  # digits of another script


@pytest.mark.parametrize("answer", ["12345", "1234567", "abcdef", WIDE, "123456789012345", "[]", "null", "💶"])
def test_what_is_no_code_at_all_is_refused_in_a_sentence(app: Flask, che: int, answer: str) -> None:
    _secret(che)
    _refused(che, answer, "six digits")


def test_who_has_no_factor_or_answers_nothing_is_told_so_and_it_is_no_try(app: Flask, che: int) -> None:
    _refused(che, "123456", "no second factor yet")
    recovery.make_codes(che, at=AT)  # are no factor of their own
    db.session.commit()
    _refused(che, "123456", "no second factor yet")
    _secret(che)
    _refused(che, "  ", "Type the code")
    assert _tries(che) == 0


def test_five_wrong_answers_shut_the_door_for_a_quarter_of_an_hour_and_it_says_how_long(app: Flask, che: int) -> None:
    secret = _secret(che)
    right = factor_code(secret, AT)
    wrong = "000000" if right != "000000" else "000001"
    for minute in range(5):
        _refused(che, wrong, "not the code", at=AT - timedelta(minutes=10 - minute))
    with pytest.raises(TooMany, match="wait 5 minutes") as shut:
        factors.use(che, right, BATCH, at=AT)
    assert shut.value.about["retry_after"] == 300
    db.session.rollback()
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "lock out")).one()
    assert (event.object_id, event.detail) == (che, {"tries": 5, "minutes": 15, "with": "factor"})
    later = AT + timedelta(minutes=5)
    factors.use(che, factor_code(secret, later), BATCH, at=later)
    db.session.commit()
    assert _tries(che) == 0, "who has shown who they are begins anew"


def test_wrong_answers_of_one_person_shut_nobody_else_out(app: Flask, cast: Cast, che: int) -> None:
    _secret(che)
    secret = _secret(cast.people["mo"].id)
    for _ in range(5):
        _refused(che, "12345", "six digits")
    factors.use(cast.people["mo"].id, factor_code(secret, AT), BATCH, at=AT)


def test_of_many_uses_of_one_answer_at_once_one_counts(app: Flask, cast: Cast, che: int) -> None:
    code = factor_code(_secret(che), AT)
    answer = _passkey(cast).use(passkeys.options_to_use(che, BATCH, at=AT))
    recovered = recovery.make_codes(che, at=AT)[0]
    db.session.commit()
    for each in (code, answer, recovered):
        ends = _at_once(app, *[lambda each=each: factors.use(che, each, BATCH, at=AT)] * 4)
        assert ends.count("done") == 1, ends
        assert set(ends) <= {"done", "BadInput", "Conflict"}
        db.session.execute(text("delete from attempt"))
        db.session.commit()
    assert sorted(_uses()) == [(BATCH, kind) for kind in ("passkey", "recovery", "totp")]


def test_of_many_guesses_at_once_no_more_than_five_are_looked_at(app: Flask, che: int) -> None:
    secret = _secret(che)
    wrong = "000000" if factor_code(secret, AT) != "000000" else "000001"
    ends = [end for _ in range(4) for end in _at_once(app, *[lambda: factors.use(che, wrong, BATCH, at=AT)] * 4)]
    assert ends.count("BadInput") == _tries(che) <= 5
    assert "done" not in ends


def test_the_database_takes_each_mark_once(app: Flask, che: int) -> None:
    row = {"person_id": che, "purpose": BATCH, "kind": "totp", "mark": "1 2", "used_at": AT}
    db.session.add(FactorUse(**row))
    db.session.flush()
    db.session.add(FactorUse(**row | {"purpose": "batch 13"}))
    with pytest.raises(IntegrityError, match="uq_factor_use_once"):
        db.session.flush()


def test_the_database_has_one_live_app_for_a_person(app: Flask, che: int) -> None:
    give_app(che)
    with pytest.raises(IntegrityError, match="uq_totp_factor_live"):
        give_app(che)


def test_old_challenges_are_cleared_away(app: Flask, cast: Cast) -> None:
    passkeys.options_to_add(cast.people["che"], at=AT)
    passkeys.options_to_add(cast.people["che"], at=AT + timedelta(days=2))
    db.session.commit()
    jobs.clean(at=AT + timedelta(days=2))
    kept = db.session.scalars(select(PasskeyChallenge.made_at)).all()
    assert kept == [AT + timedelta(days=2)]
