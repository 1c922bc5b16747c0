"""Who may not approve a batch: said in a sentence by the product, and refused by the database to the application's own
login, whatever the product does (rules.md B22)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import select

from app.database import db, raw
from app.errors import BadInput, NotAllowed, WrongStatus
from app.payouts import transfers
from app.payouts.batches import approval, eligibility
from app.payouts.batches.assembly import BANK_HOLD, assemble
from app.payouts.models import BankConfirmation, BankDetail, BatchApproval, Payout, PayoutBatch, PayoutFile
from app.security import Role
from app.users import factors
from app.users.models import Creator, Membership, Person
from config import settings
from tests.cast import BEGINNING, Cast
from tests.payouts.at_once import at_once
from tests.payouts.books import AT, CUTOFF, IBANS, bank, earn, fund
from tests.payouts.people import answer_of, approve_as, approve_batch, become, checker, factor_used, identity

LATER = AT + timedelta(hours=2)


@pytest.fixture
def draft(cast: Cast) -> PayoutBatch:
    """A draft by mo that pays mira and joon; sam entered their accounts."""
    fund(cast.brands["lumen"], 10_000_000)
    bank(None, IBANS[3])
    for name, iban, amount in (("mira", IBANS[0], 5000), ("joon", IBANS[1], 3000)):
        bank(cast.creators[name], iban, by=cast.people["sam"].id)
        earn(cast.brands["lumen"], cast.creators[name], amount)
    return assembled()


def assembled(by: str = "mo") -> PayoutBatch:
    made = assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1000, by=identity(by).person_id, at=AT)
    db.session.commit()
    return db.session.get_one(PayoutBatch, made)


def submit(batch: PayoutBatch, by: str = "mo") -> None:
    approval.submit(batch.public_id, by=identity(by), at=AT, bank_hold=BANK_HOLD)
    db.session.commit()


def refused_both_ways(batch: PayoutBatch, name: str, sentence: str, bar: str, *, by_sql: str = "") -> None:
    """The product says why; the database refuses the row itself."""
    seen = (batch.fingerprint or b"").hex()
    with pytest.raises(NotAllowed, match=sentence):
        approval.approve(
            batch.public_id,
            seen=seen,
            by=identity(name),
            at=LATER,
            config=settings(),
            comment="fine",
            answer=answer_of(name, LATER),
        )
    db.session.rollback()
    with pytest.raises(psycopg.errors.CheckViolation, match=f"may not approve this batch: {bar}"):
        insert(batch, by_sql or name)
    db.session.rollback()
    assert db.session.scalars(select(BatchApproval.id)).all() == []


def insert(batch: PayoutBatch, name: str, comment: str | None = "fine") -> None:
    """An approval by direct SQL, with the login of the application."""
    use = factor_used(name, batch, LATER)
    raw().execute(
        "insert into batch_approval (batch_id, person_id, fingerprint, comment, factor_use_id, at)"
        " values (%s, %s, %s, %s, %s, now())",
        [batch.id, identity(name).person_id, batch.fingerprint, comment, use],
    )


def account_of(creator: Creator, name: str, role: Role = Role.CREATOR) -> None:
    """Somebody new who signs in for a creator and is a finance checker too."""
    checker(name)
    become(name, role, creator_id=creator.id)


def other_creator(handle: str = "zoe") -> Creator:
    creator = Creator(handle=handle, name=handle.title(), country="NL", languages=["nl"], timezone="Europe/Amsterdam")
    creator.recorded_at = BEGINNING
    db.session.add(creator)
    db.session.flush()
    return creator


# -- every road to approving one's own batch: each makes somebody unable and returns who, the sentence and the word --

Road = Callable[[PayoutBatch, Cast], tuple[str, str, str]]


def _maker_becomes_checker(batch: PayoutBatch, cast: Cast) -> tuple[str, str, str]:
    submit(batch)
    become("mo", Role.FINANCE_CHECKER)
    return "mo", "You made or submitted this batch", "made"


def _role_swapped_after_making(batch: PayoutBatch, cast: Cast) -> tuple[str, str, str]:
    """Mo made it, Che submits it as a maker, and Mo is no maker any more."""
    become("che", Role.FINANCE_MAKER)
    submit(batch, by="che")
    mo = select(Membership).where(Membership.person_id == identity("mo").person_id)
    db.session.scalars(mo).one().ended_at = AT
    become("mo", Role.FINANCE_CHECKER)
    return "mo", "You made or submitted this batch", "made"


def _earlier_submitter(batch: PayoutBatch, cast: Cast) -> tuple[str, str, str]:
    """Who submitted it once, although the batch names another since."""
    become("che", Role.FINANCE_MAKER)
    submit(batch, by="che")
    approval.recall(batch.public_id, reason="wait", by=identity("mo"), at=AT)
    submit(batch)
    return "che", "You made or submitted this batch", "made"


def _takes_a_line_out(batch: PayoutBatch, cast: Cast) -> tuple[str, str, str]:
    become("che", Role.FINANCE_MAKER)
    payout = db.session.scalars(select(Payout).where(Payout.creator_id == cast.creators["joon"].id)).one()
    transfers.mark(payout.public_id, "dropped", reason="asked to wait", by=identity("che"), at=AT)
    submit(batch)
    return "che", "You took a payout out", "edited"


def _entered_bank_details(batch: PayoutBatch, cast: Cast) -> tuple[str, str, str]:
    submit(batch)
    become("sam", Role.FINANCE_CHECKER)
    return "sam", "You entered bank details", "bank"


def _confirmed_bank_details(batch: PayoutBatch, cast: Cast) -> tuple[str, str, str]:
    detail = db.session.scalars(select(BankDetail.id).where(BankDetail.creator_id == cast.creators["mira"].id)).one()
    che = cast.people["che"].id
    db.session.add(BankConfirmation(bank_detail_id=detail, reason="asked", confirmed_by=che, confirmed_at=AT))
    submit(batch)
    return "che", "or confirmed them", "bank"


def _payee(batch: PayoutBatch, cast: Cast) -> tuple[str, str, str]:
    submit(batch)
    become("mira", Role.FINANCE_CHECKER)
    return "mira", "is paid by this batch", "payee"


def _agent(batch: PayoutBatch, cast: Cast) -> tuple[str, str, str]:
    submit(batch)
    become("ada", Role.FINANCE_CHECKER)
    return "ada", "is paid by this batch", "payee"


def _agent_until_just_now(batch: PayoutBatch, cast: Cast) -> tuple[str, str, str]:
    submit(batch)
    become("ada", Role.FINANCE_CHECKER)
    agency = select(Membership).where(Membership.person_id == identity("ada").person_id, Membership.role == Role.AGENT)
    db.session.scalars(agency).one().ended_at = AT + timedelta(minutes=1)
    return "ada", "is paid by this batch", "payee"


def _same_bank_account(batch: PayoutBatch, cast: Cast) -> tuple[str, str, str]:
    zoe = other_creator()
    bank(zoe, IBANS[1], by=cast.people["adam"].id)
    account_of(zoe, "zoe")
    submit(batch)
    return "zoe", "has the same bank account", "account"


def _second_account_of_the_maker(batch: PayoutBatch, cast: Cast) -> tuple[str, str, str]:
    submit(batch)
    checker("mo+private")
    return "mo+private", "Another account of yours", "twin"


def _second_account_of_who_entered_details(batch: PayoutBatch, cast: Cast) -> tuple[str, str, str]:
    submit(batch)
    checker("sam+x")
    return "sam+x", "Another account of yours", "twin"


def _second_account_by_the_bank(batch: PayoutBatch, cast: Cast) -> tuple[str, str, str]:
    """Mo sells as Zoe; whoever is paid to Zoe's account as well is taken for Mo."""
    zoe, max_ = other_creator(), other_creator("max")
    for creator in (zoe, max_):
        bank(creator, IBANS[2], by=cast.people["adam"].id)
    become("mo", Role.CREATOR, creator_id=zoe.id)
    account_of(max_, "somebody")
    submit(batch)
    return "somebody", "Another account of yours", "twin"


def _no_checker(batch: PayoutBatch, cast: Cast) -> tuple[str, str, str]:
    submit(batch)
    return "adam", "Only a finance checker", "role"


def _disabled(batch: PayoutBatch, cast: Cast) -> tuple[str, str, str]:
    submit(batch)
    cast.people["che"].disabled_at = AT
    return "che", "Only a finance checker", "role"


ROADS = [each for name, each in list(globals().items()) if name.startswith("_") and getattr(each, "__code__", None)]


@pytest.mark.parametrize("road", ROADS, ids=lambda road: road.__name__.strip("_"))
def test_nobody_approves_their_own_batch_by_any_road(draft: PayoutBatch, cast: Cast, road: Road) -> None:
    name, sentence, bar = road(draft, cast)
    db.session.commit()
    assert identity(name).person_id not in {person.id for person in eligibility.eligible(draft)}
    refused_both_ways(draft, name, sentence, bar)


def test_all_roads_are_tried() -> None:
    assert len(ROADS) >= 15
    assert set(eligibility.BARS) - {"approved"} <= {"role", "made", "edited", "bank", "payee", "account", "twin"}


def test_an_unconcerned_checker_is_eligible(draft: PayoutBatch) -> None:
    submit(draft)
    assert [person.name for person in eligibility.eligible(draft)] == ["Che"]
    assert eligibility.why_not(draft, identity("che")) == ""


# -- direct SQL as the application's role --


@pytest.mark.parametrize(
    "attempt",
    [
        "update payout_batch set status = 'approved', approved_by = %(che)s, approved_at = now() where id = %(batch)s",
        "update payout_batch set approvers = 0 where id = %(batch)s",
        "update payout_batch set approvers = 2 where id = %(batch)s",
        "update payout_batch set made_by = %(che)s where id = %(batch)s",
        "update payout_batch set made_by = null where id = %(batch)s",
        "update payout_batch set submitted_by = %(che)s where id = %(batch)s",
        "insert into payout_batch (currency, cutoff_on, minimum, made_at, status, submitted_by, submitted_at,"
        " fingerprint, approved_by, approved_at, approvers)"
        " values ('EUR', now(), 1, now(), 'approved', %(mo)s, now(), 'x', %(che)s, now(), 1)",
        "insert into batch_approval (batch_id, person_id, fingerprint, at) values (%(batch)s, %(che)s, 'other', now())",
    ],
)
def test_direct_sql_approves_nothing(draft: PayoutBatch, attempt: str) -> None:
    submit(draft)
    values = {"batch": draft.id, "che": identity("che").person_id, "mo": identity("mo").person_id}
    with pytest.raises(psycopg.errors.CheckViolation):
        raw().execute(attempt.encode(), values)


def test_a_table_of_the_same_name_in_the_session_deceives_nobody(draft: PayoutBatch) -> None:
    """A temporary table would be found before the real one, were the functions not told where to look."""
    submit(draft)
    raw().execute("create temp table membership (like public.membership)")
    raw().execute(
        "insert into membership (id, person_id, role, granted_at) values (1, %s, 'finance_checker', now())",
        [identity("sam").person_id],
    )
    with pytest.raises(psycopg.errors.CheckViolation, match="may not approve this batch: role"):
        insert(draft, "sam")


def test_an_approval_stays(draft: PayoutBatch) -> None:
    submit(draft)
    insert(draft, "che")
    db.session.commit()
    for attempt in (
        "update batch_approval set factor_use_id = null",
        "delete from batch_approval",
        "truncate batch_approval",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw().execute(attempt)
        db.session.rollback()


# -- two of two --


@pytest.fixture
def large(draft: PayoutBatch, cast: Cast) -> PayoutBatch:
    """Submitted: it needs two, and there are che and dee."""
    earn(cast.brands["lumen"], cast.creators["mira"], 3_000_000)
    approval.cancel(draft.public_id, by=identity("mo"), at=AT)
    checker("dee")
    batch = assembled()
    submit(batch)
    assert batch.approvers == 2
    return batch


def approve(batch: PayoutBatch, name: str) -> None:
    seen = (batch.fingerprint or b"").hex()
    assert approve_as(name, batch.public_id, seen=seen, at=LATER) == []
    db.session.commit()


def test_the_second_of_two_approves_it(large: PayoutBatch) -> None:
    approve(large, "che")
    assert (large.status, large.approved_by) == ("submitted", None)
    assert set(db.session.scalars(select(Payout.status).where(Payout.batch_id == large.id))) == {"reserved"}
    approve(large, "dee")
    assert (large.status, large.approved_by) == ("approved", identity("dee").person_id)
    assert [each.person.name for each in eligibility.approvals(large)] == ["Che", "Dee"]


@pytest.mark.usefixtures("plain_files")
def test_two_of_two_at_the_same_moment_approve_it_once(large: PayoutBatch) -> None:
    public_id, seen = large.public_id, (large.fingerprint or b"").hex()
    answers = {name: answer_of(name, LATER) for name in ("che", "dee")}
    db.session.commit()

    def approving(name: str) -> Callable[[], list[str]]:
        values = {"seen": seen, "at": LATER, "config": settings(), "answer": answers[name]}
        return lambda: approval.approve(public_id, by=identity(name), **values)  # type: ignore[arg-type]

    outcomes = at_once([approving("che"), approving("dee"), approving("che")])
    assert sorted(map(str, outcomes))[1:] == ["[]", "[]"]
    assert isinstance(next(each for each in outcomes if each != []), NotAllowed | WrongStatus)
    db.session.expire_all()
    assert large.status == "approved"
    assert db.session.scalars(select(PayoutFile.version)).all() == [1]


def test_nobody_counts_twice_nor_by_a_second_account(large: PayoutBatch) -> None:
    approve(large, "che")
    seen = (large.fingerprint or b"").hex()
    checker("che+2")
    db.session.commit()
    for name, sentence in (("che", "You have approved this batch already"), ("che+2", "Another account of yours")):
        with pytest.raises(NotAllowed, match=sentence):
            approval.approve(
                large.public_id,
                seen=seen,
                by=identity(name),
                at=LATER,
                config=settings(),
                answer=answer_of(name, LATER),
            )
        db.session.rollback()
        with pytest.raises(psycopg.errors.CheckViolation):
            insert(large, name)
        db.session.rollback()


def test_one_of_two_does_not_approve_it_by_sql(large: PayoutBatch) -> None:
    insert(large, "che")
    with pytest.raises(psycopg.errors.CheckViolation, match="not complete"):
        raw().execute(
            "update payout_batch set status = 'approved', approved_by = %s, approved_at = now() where id = %s",
            [identity("che").person_id, large.id],
        )


def test_what_was_approved_before_a_recall_is_void(large: PayoutBatch) -> None:
    approve(large, "che")
    approval.recall(large.public_id, reason="wait", by=identity("mo"), at=LATER)
    submit(large)
    assert list(eligibility.approvals(large)) == []
    approve(large, "dee")
    assert large.status == "submitted"
    approve(large, "che")
    assert large.status == "approved"


def test_it_says_that_it_is_blocked_when_nobody_is_left(large: PayoutBatch) -> None:
    assert eligibility.blocked(large, 0) == ""
    dee = db.session.scalars(select(Person).where(Person.name == "Dee")).one()
    dee.disabled_at = LATER
    db.session.commit()
    assert "2 more must approve this batch and only 1 of the finance checkers may" in eligibility.blocked(large, 0)
    approve(large, "che")
    assert "1 more must approve this batch and only 0" in eligibility.blocked(large, 1)


def test_the_helper_of_other_tests_brings_as_many_as_needed(large: PayoutBatch) -> None:
    approve_batch(large, at=LATER)
    assert large.status == "approved"


@pytest.mark.parametrize("wrong", ["none", "empty", "guessed", "of somebody else", "used before", "for another batch"])
def test_an_approval_takes_the_persons_own_factor_used_for_just_this(draft: PayoutBatch, wrong: str) -> None:
    submit(draft)
    checker("max2")
    answers = {"empty": "", "guessed": "123456", "of somebody else": answer_of("max2", LATER)}
    answer = answers.get(wrong) or (answer_of("che", LATER) if wrong in ("used before", "for another batch") else "")
    if wrong in ("used before", "for another batch"):
        factors.use(identity("che").person_id, answer, "batch 0", at=LATER)
    elif wrong not in ("none",):
        answer_of("che", LATER)  # an app there is, and it shows something else
    db.session.commit()
    seen = (draft.fingerprint or b"").hex()
    with pytest.raises(BadInput):
        approval.approve(draft.public_id, seen=seen, by=identity("che"), at=LATER, config=settings(), answer=answer)
    db.session.rollback()
    assert db.session.scalars(select(BatchApproval)).all() == []


@pytest.mark.parametrize("use", ["none", "of somebody else", "for another batch", "of another approval"])
def test_the_database_takes_no_approval_without_a_factor_used_for_it(draft: PayoutBatch, use: str) -> None:
    submit(draft)
    checker("max2")
    person = identity("che").person_id
    uses = {
        "none": lambda: None,
        "of somebody else": lambda: factor_used("max2", draft, LATER),
        "for another batch": lambda: factors.use(person, answer_of("che", LATER), "batch 0", at=LATER),
    }
    if use == "of another approval":
        insert(draft, "max2")
        used = raw().execute("select factor_use_id from batch_approval").fetchone()
        factor = used[0] if used else None
    else:
        factor = uses[use]()
    with pytest.raises(psycopg.errors.IntegrityError):
        raw().execute(
            "insert into batch_approval (batch_id, person_id, fingerprint, factor_use_id, at)"
            " values (%s, %s, %s, %s, now())",
            [draft.id, person, draft.fingerprint, factor],
        )
