"""Two people, two sides, a typed name and a code each; what was signed can't be changed unseen, and can be given up."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from app.contracts.models import Agreement, Contract, Signature, SigningCode
from app.contracts.signing import signature
from app.contracts.signing.signature import SignatureEntry
from app.database import db, raw
from app.errors import BadInput, Conflict, NotAllowed, StreamcutError, TooMany, WrongStatus
from app.ledger import funding
from app.security import Role
from app.users.models import Brand, Creator, Membership
from tests.cast import Cast
from tests.contracts.signing import AT, FROM, SHEET, code_for, frozen, offered, sign
from tests.payouts.people import become, identity
from tests.users.mails import mails

MINUTE = timedelta(minutes=1)


@pytest.fixture
def agreement(lumen: Brand, mira: Creator) -> Agreement:
    return frozen(SHEET, lumen, mira)


def wrong(code: str) -> str:
    """Another code."""
    return f"{(int(code) + 1) % 10**6:06d}"


# -- both sign --


def test_the_second_signature_makes_the_contract(agreement: Agreement, cast: Cast) -> None:
    sign(agreement, "brand", "olga", name="  Olga de Vries ")
    assert (agreement.status, agreement.contract_id) == ("to_sign", None)
    assert db.session.scalars(select(Contract)).all() == []
    sign(agreement, "creator", "mira", name="Mira J.", at=AT + MINUTE)
    db.session.commit()
    contract = db.session.scalars(select(Contract)).one()
    assert (agreement.status, agreement.contract_id) == ("signed", contract.id)
    assert agreement.signed_at == contract.signed_at == AT + MINUTE
    first, second = signature.signatures(agreement)
    assert (first.side, first.name, first.person_id) == ("brand", "  Olga de Vries ", cast.people["olga"].id)
    assert (second.side, second.name, second.signed_at) == ("creator", "Mira J.", AT + MINUTE)
    for each in (first, second):
        assert (each.address, each.browser) == (FROM["address"], FROM["browser"])
        assert each.sha256 == agreement.sha256


def test_the_creator_may_be_first(agreement: Agreement) -> None:
    sign(agreement, "creator", "mira")
    sign(agreement, "brand", "olga")
    assert agreement.status == "signed"


def test_an_agent_signs_as_who_they_are(agreement: Agreement, cast: Cast) -> None:
    sign(agreement, "creator", "ada", name="Ada, agent of Mira")
    (signed,) = signature.signatures(agreement)
    assert (signed.person_id, signed.name) == (cast.people["ada"].id, "Ada, agent of Mira")


def test_only_who_may_bind_the_side_signs_for_it(agreement: Agreement) -> None:
    others = {"brand": "max bea kim mira adam sam", "creator": "joon olga adam sam"}
    for side, names in others.items():
        for who in names.split():
            with pytest.raises(NotAllowed):
                signature.sign(agreement, SignatureEntry("N", "000000", **FROM), side=side, by=identity(who), at=AT)


def test_there_are_two_sides(agreement: Agreement) -> None:
    with pytest.raises(BadInput):
        signature.sign(agreement, SignatureEntry("N", "000000", **FROM), side="platform", by=identity("olga"), at=AT)


def test_a_side_signs_once(agreement: Agreement, cast: Cast) -> None:
    owner = Membership(person_id=cast.people["max"].id, role="brand_owner", brand_id=agreement.brand_id, granted_at=AT)
    db.session.add(owner)
    sign(agreement, "brand", "olga")
    db.session.commit()
    for who in ("olga", "max"):
        with pytest.raises(WrongStatus, match="has signed for this side already"):
            sign(agreement, "brand", who)


def test_nobody_signs_for_both_sides(agreement: Agreement) -> None:
    become("olga", Role.AGENT, creator_id=agreement.creator_id)
    db.session.commit()
    sign(agreement, "brand", "olga")
    db.session.commit()
    with pytest.raises(NotAllowed, match="You have signed for the other side"):
        sign(agreement, "creator", "olga")


def test_a_name_is_typed(agreement: Agreement) -> None:
    code = code_for(agreement, "olga")
    about: dict[str, Any] = {"side": "brand", "by": identity("olga"), "at": AT}
    for name in ("", "   ", "x" * 201, "two\nlines", "nul\x00"):
        with pytest.raises(BadInput, match="Type your full name"):
            signature.sign(agreement, SignatureEntry(name, code, **FROM), **about)
    signature.sign(agreement, SignatureEntry("Olga", code, **FROM), **about)
    assert db.session.scalars(select(SigningCode.tries)).all() == [1], "a bad name costs no try"


# -- codes --


def test_a_code_is_mailed_in_the_signers_language_and_only_its_hash_is_kept(agreement: Agreement, app: Flask) -> None:
    code = code_for(agreement, "olga")
    mail = mails(app)[-1]
    assert mail["To"] == "olga@cast.example"
    assert agreement.sha256.hex() in mail.get_content()
    stored = db.session.scalars(select(SigningCode)).one()
    assert code not in stored.code_hash
    assert stored.expires_at == AT + 10 * MINUTE


def test_a_code_may_be_typed_with_spaces(agreement: Agreement) -> None:
    code = code_for(agreement, "olga")
    sign(agreement, "brand", "olga", code=f" {code[:3]} {code[3:]} ")
    assert len(signature.signatures(agreement)) == 1


def test_a_code_is_good_for_ten_minutes(agreement: Agreement) -> None:
    code = code_for(agreement, "olga")
    with pytest.raises(BadInput, match="No code is valid now"):
        sign(agreement, "brand", "olga", code=code, at=AT + 10 * MINUTE)
    sign(agreement, "brand", "olga", code=code, at=AT + 10 * MINUTE - timedelta(seconds=1))


def test_a_code_is_good_for_one_person_and_one_agreement(lumen: Brand, mira: Creator, agreement: Agreement) -> None:
    code = code_for(agreement, "ada")
    code_for(agreement, "mira")
    with pytest.raises(BadInput, match="code is wrong"):
        sign(agreement, "creator", "mira", code=code)
    other = frozen(SHEET, lumen, mira)
    with pytest.raises(BadInput, match="No code is valid now"):
        sign(other, "creator", "ada", code=code)


def test_five_wrong_tries_end_a_code_even_when_each_was_undone(agreement: Agreement) -> None:
    code = code_for(agreement, "olga")
    for _ in range(5):
        with pytest.raises(BadInput, match="code is wrong"):
            sign(agreement, "brand", "olga", code=wrong(code))
        db.session.rollback()
    with pytest.raises(TooMany, match="ask for a new one"):
        sign(agreement, "brand", "olga", code=code)
    db.session.rollback()
    sign(agreement, "brand", "olga", at=AT + MINUTE)


def test_a_code_is_used_once(agreement: Agreement) -> None:
    code = code_for(agreement, "olga")
    signature.use_code(agreement, identity("olga"), code, AT)
    db.session.commit()
    with pytest.raises(BadInput, match="No code is valid now"):
        sign(agreement, "brand", "olga", code=code)


def test_a_new_code_voids_the_one_before(agreement: Agreement) -> None:
    first = code_for(agreement, "olga")
    second = code_for(agreement, "olga", AT + MINUTE)
    if first != second:
        with pytest.raises(BadInput, match="code is wrong"):
            sign(agreement, "brand", "olga", code=first, at=AT + MINUTE)
        db.session.rollback()
    sign(agreement, "brand", "olga", code=second, at=AT + MINUTE)


def test_new_codes_do_not_make_more_tries(agreement: Agreement) -> None:
    for minute in range(5):
        code_for(agreement, "olga", AT + minute * MINUTE)
    with pytest.raises(TooMany) as refused:
        signature.send_code(agreement, by=identity("olga"), at=AT + 5 * MINUTE)
    assert refused.value.about["retry_after"] == 55 * 60
    db.session.rollback()
    code_for(agreement, "olga", AT + timedelta(hours=1, seconds=1))
    code_for(agreement, "mira", AT + 5 * MINUTE)


def test_a_stranger_gets_no_code(agreement: Agreement) -> None:
    for who in ("max", "kim", "joon", "adam", "sam"):
        with pytest.raises(NotAllowed):
            signature.send_code(agreement, by=identity(who), at=AT)


def test_tries_at_once_are_counted_each(agreement: Agreement, app: Flask) -> None:
    """Seven browsers with one stolen session try a code each at once: no more than five are looked at."""
    code, barrier, found = wrong(code_for(agreement, "olga")), threading.Barrier(7), list[str]()
    agreement_id, olga = agreement.id, identity("olga")

    def attempt() -> None:
        with app.app_context():
            mine = db.session.get_one(Agreement, agreement_id)
            db.session.commit()
            barrier.wait()
            try:
                signature.use_code(mine, olga, code, AT)
            except StreamcutError as error:
                found.append(type(error).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=attempt) for _ in range(7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found.count("BadInput"), found.count("TooMany")) == (5, 2)


def test_both_sides_at_once_make_one_contract(agreement: Agreement, app: Flask) -> None:
    barrier, agreement_id = threading.Barrier(2), agreement.id
    codes = {"olga": code_for(agreement, "olga"), "mira": code_for(agreement, "mira")}
    failed: list[BaseException] = []

    def attempt(side: str, who: str) -> None:
        with app.app_context():
            try:
                mine, by = db.session.get_one(Agreement, agreement_id), identity(who)
                db.session.commit()
                barrier.wait()
                signature.sign(mine, SignatureEntry(who, codes[who], **FROM), side=side, by=by, at=AT)
                db.session.commit()
            except BaseException as error:
                failed.append(error)
                raise
            finally:
                db.session.remove()

    threads = [threading.Thread(target=attempt, args=each) for each in (("brand", "olga"), ("creator", "mira"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    db.session.expire_all()
    assert agreement.status == "signed"
    assert len(db.session.scalars(select(Contract)).all()) == 1


# -- what was signed stays what it was --


@pytest.mark.parametrize(
    "damage",
    [
        "update agreement set body = replace(body, '10%', '9%')",
        "update agreement set terms = jsonb_set(terms, '{commission_bps}', '900')",
        "update agreement set terms = jsonb_set(terms, '{hidden}', '1')",
        "update agreement set sha256 = sha256('x')",
        "update signature set sha256 = sha256('x')",
    ],
)
def test_tampering_is_noticed(damage: str, agreement: Agreement, owner_connection: psycopg.Connection[Any]) -> None:
    sign(agreement, "brand", "olga")
    db.session.commit()
    assert signature.intact(agreement)
    owner_connection.execute(damage)
    owner_connection.commit()
    assert not signature.intact(agreement)
    with pytest.raises(Conflict, match="has changed since it was frozen"):
        sign(agreement, "creator", "mira")


def test_the_application_can_not_change_what_was_frozen_or_signed(agreement: Agreement) -> None:
    sign(agreement, "brand", "olga")
    db.session.commit()
    for statement in (
        "update agreement set body = ''",
        "update agreement set terms = '{}'",
        "update agreement set sha256 = ''",
        "delete from agreement",
        "update signature set name = 'somebody'",
        "delete from signature",
    ):
        with pytest.raises(Exception, match="permission denied"):
            raw().execute(statement)
        db.session.rollback()


# -- giving up --


def test_an_agreement_is_given_up_and_what_it_reserved_is_free(lumen: Brand, mira: Creator) -> None:
    round_ = offered(SHEET, lumen, mira)
    agreement = frozen(SHEET, lumen, mira, round_id=round_.id)
    funding.reserve(lumen.id, "EUR", "offer", round_.offer_id, SHEET.starts_on, 300_000, at=AT)
    sign(agreement, "brand", "olga")
    db.session.commit()
    signature.void(agreement, reason=" We changed our mind ", by=identity("mira"), at=AT + MINUTE)
    assert (agreement.status, agreement.void_reason, agreement.voided_at) == (
        "void",
        "We changed our mind",
        AT + MINUTE,
    )
    assert raw().execute("select count(*) from reservation where released_at is null").fetchone() == (0,)
    with pytest.raises(WrongStatus, match="nothing to sign"):
        sign(agreement, "creator", "mira")


def test_a_signed_contract_can_not_be_given_up(agreement: Agreement) -> None:
    sign(agreement, "brand", "olga")
    sign(agreement, "creator", "mira")
    db.session.commit()
    with pytest.raises(WrongStatus):
        signature.void(agreement, reason="no", by=identity("olga"), at=AT)


def test_giving_up_needs_a_reason_and_a_side(agreement: Agreement) -> None:
    with pytest.raises(BadInput):
        signature.void(agreement, reason=" ", by=identity("olga"), at=AT)
    for who in ("max", "kim", "joon", "sam"):
        with pytest.raises(NotAllowed):
            signature.void(agreement, reason="x", by=identity(who), at=AT)


def test_what_enacting_refuses_leaves_no_signature(agreement: Agreement, lumen: Brand, mira: Creator) -> None:
    """Two agreements of one pair for the same days: the second can't be signed by both."""
    second = frozen(SHEET, lumen, mira)
    for side, who in (("brand", "olga"), ("creator", "mira")):
        sign(agreement, side, who)
    sign(second, "brand", "olga")
    db.session.commit()
    with pytest.raises(Conflict, match="another contract in these days"):
        sign(second, "creator", "mira")
    db.session.rollback()
    assert len(signature.signatures(second)) == 1
    assert db.session.scalars(select(Signature)).all() != []
