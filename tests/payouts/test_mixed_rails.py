"""A batch of which one part goes by a bank's file and the other by Stripe: neither takes the other for its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db, raw
from app.errors import BadInput, NotFound, WrongStatus
from app.outbox import Letter
from app.payouts import holds, obstacles, overview, sentences, transfers
from app.payouts.bank import verification
from app.payouts.batches import approval, bankfiles, handover, risks
from app.payouts.batches.archive import archive
from app.payouts.batches.assembly import NobodyToPay, assemble
from app.payouts.models import Payout, PayoutBatch
from app.payouts.payee_models import CheckSource, PayeeResult
from app.payouts.prospects import payable
from app.payouts.reports import reconciliation
from app.payouts.sending import accounts, cancel, progress
from app.stripe_gateway import Stripe
from app.users.models import Creator
from config import settings
from tests.cast import Cast
from tests.payouts.books import AT, CUTOFF, IBANS, bank, earn, fund
from tests.payouts.people import hand_over, identity
from tests.payouts.reports.messages import Booked, statement
from tests.payouts.reports.test_reports import EVENING, bring, outcomes, take_over
from tests.payouts.stripe_people import KEY, Clock, approved, go, link, payout_of, rail, started, use_stripe
from tests.payouts.test_archive import table, unpacked
from tests.payouts.test_pages import said
from tests.stripe_server import Provider, running

Browse = Callable[[str], FlaskClient]
LATER = AT + timedelta(hours=1)


@pytest.fixture(scope="module")
def stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """The provider's process."""
    with running(tmp_path_factory.mktemp("provider") / "books.db") as provider:
        yield provider


@pytest.fixture
def provider(stripe: Provider, cast: Cast) -> Iterator[Provider]:
    """The provider with 1,000.00 of ours and nothing else; the application knows it."""
    before = settings()
    stripe.tell(clear=True, secret=KEY, faults={}, clock=0, limit=0, fund={"eur": 100_000})
    use_stripe(stripe)
    yield stripe
    current_app.extensions["streamcut"] = before


@pytest.fixture
def mixed(provider: Provider, cast: Cast) -> PayoutBatch:
    """An approved batch: mira gets 50.00 by Stripe, joon 50.00 by the bank's file."""
    return approved_mix(provider, cast)


def approved_mix(provider: Provider, cast: Cast) -> PayoutBatch:
    """The same, beside what somebody else has earned."""
    fund(cast.brands["lumen"], 100_000)
    bank(None, IBANS[3])
    link(cast.creators["mira"], provider)
    bank(cast.creators["joon"], IBANS[1], by=cast.people["sam"].id)
    for name in ("mira", "joon"):
        earn(cast.brands["lumen"], cast.creators[name], 5000)
    batch = approved()
    assert {payout_of(name).rail for name in ("mira", "joon")} == {"stripe", "sepa"}
    return batch


# -- what the bank says --


def test_a_booking_of_the_bank_is_never_a_payout_by_stripe(mixed: PayoutBatch) -> None:
    hand_over(mixed, at=AT)
    db.session.commit()
    booked = statement([Booked("50.00", reference="", own="B1")])
    assert outcomes(bring(booked)) == ["marks_paid"], "one payout has this amount at the bank, not two"
    take_over(bring(booked))
    assert [payout_of(name).status for name in ("joon", "mira")] == ["paid", "sent"]
    assert outcomes(bring(statement([Booked("50.00", own="B2")]))) == ["unmatched"]
    by_reference = statement([Booked("50.00", own="B3", reference=payout_of("mira").reference or "", name="Mira")])
    assert outcomes(bring(by_reference, name="other.xml")) == ["unmatched"]


def test_a_bank_statement_closes_what_went_to_the_bank_alone(mixed: PayoutBatch, provider: Provider) -> None:
    hand_over(mixed, at=AT)
    started(mixed)
    go(rail(provider))
    assert payout_of("mira").status == "paid"
    take_over(bring(statement([Booked("50.00", own="B1", reference=payout_of("joon").reference or "", name="Joon")])))
    by_bank, by_stripe = reconciliation.accounts(batch=mixed)
    assert (by_bank.rail, by_bank.sent, by_bank.is_even) == ("sepa", 5000, True)
    assert (by_stripe.rail, by_stripe.booked, by_stripe.is_even) == ("stripe", 0, False), (
        "no statement of the bank shows it"
    )
    with pytest.raises(BadInput):
        reconciliation.close(mixed.public_id, "stripe", note="", by=identity("mo"), at=EVENING)
    with pytest.raises(NotFound):
        reconciliation.close(mixed.public_id, "list", note="all well", by=identity("mo"), at=EVENING)
    assert reconciliation.close(mixed.public_id, "sepa", note="", by=identity("mo"), at=EVENING).difference == 0


def test_everything_in_the_history_of_a_batch_has_words(mixed: PayoutBatch, provider: Provider) -> None:
    hand_over(mixed, at=AT)
    started(mixed)
    go(rail(provider))
    take_over(bring(statement([Booked("50.00", own="B1", reference=payout_of("joon").reference or "", name="Joon")])))
    reconciliation.close(mixed.public_id, "sepa", note="", by=identity("mo"), at=EVENING)
    cancel.ask(payout_of("mira").public_id, "the account is not hers", by=identity("mo"), at=EVENING)
    db.session.commit()
    cancel.work(Stripe(KEY, provider.base, 2.0), Clock())
    assert payout_of("mira").status == "returned"
    actions = {event.action for event in db.session.scalars(overview.history(mixed))}
    assert {"bank_paid", "close", "bring_back", "reversed"} <= actions
    assert actions <= sentences.ACTIONS.keys()


# -- one part has left, the other has not --


def give_up(handle: str) -> Payout:
    payout = payout_of(handle)
    transfers.mark(payout.public_id, "failed", reason="we look into it", by=identity("mo"), at=LATER)
    db.session.commit()
    return payout_of(handle)


def test_what_stripe_has_sent_keeps_nobody_in_a_file_that_nobody_took(mixed: PayoutBatch, provider: Provider) -> None:
    with pytest.raises(WrongStatus, match="or recall the batch"):
        give_up("joon")
    db.session.rollback()
    started(mixed)
    go(rail(provider))
    assert (mixed.status, payout_of("mira").status) == ("approved", "paid")
    with pytest.raises(WrongStatus, match="Nobody has downloaded"):
        transfers.mark(payout_of("joon").public_id, "paid", by=identity("mo"), at=LATER)
    db.session.rollback()
    assert give_up("joon").status == "failed"
    db.session.refresh(mixed)
    assert mixed.status == "completed"
    assert bankfiles.current_files(mixed) == [], "joon would be paid by the file and by the next batch"
    assert approved().id != mixed.id


def test_the_file_is_made_without_those_that_were_given_up(provider: Provider, cast: Cast) -> None:
    zoe = Creator(handle="zoe", name="Zoe", country="NL", languages=["nl"], timezone="UTC", recorded_at=AT)
    db.session.add(zoe)
    db.session.flush()
    bank(zoe, IBANS[0], by=cast.people["sam"].id)
    earn(cast.brands["lumen"], zoe, 2000)
    batch = started(approved_mix(provider, cast))
    go(rail(provider))
    holds.place(cast.creators["joon"], "we look into it", by=identity("mo"), at=LATER)
    db.session.commit()
    give_up("joon")
    (file,) = hand_over(batch, at=LATER + timedelta(minutes=1))
    db.session.commit()
    assert (payout_of("zoe").reference or "").encode() in file.content
    assert (payout_of("joon").reference or "").encode() not in file.content
    assert handover.astray(batch) == [], "the file does not hold what was given up before"
    by_bank, _by_stripe = reconciliation.accounts(batch=batch)
    assert (by_bank.sent, by_bank.payouts) == (2000, 1)
    assert blocks(cast.creators["joon"]) == ["on_hold"], "the account is not to blame"


def blocks(creator: Creator) -> list[str]:
    """What stands in the way of the creator's next payout."""
    return [str(each.code) for each in obstacles.standing(creator, settings(), at=LATER)]


# -- between approval and hand-over --


def _knows_another(cast: Cast) -> str:
    holder = payout_of("joon").holder or ""
    verification.record(IBANS[1], holder, PayeeResult.NONE, None, CheckSource.BANK, at=LATER)
    return "name"


def _owes_tax_data(cast: Cast, handle: str = "joon") -> str:
    for nr in (1, 2):
        raw().execute(
            "insert into tax_reminder (creator_id, nr, sent_on, blocks_on, sent_at)"
            " values (%s, %s, '2026-01-01', '2026-03-01', %s)",
            [cast.creators[handle].id, nr, datetime(2026, 1, 1, tzinfo=UTC)],
        )
    return "tax data"


@pytest.mark.parametrize("obstacle", [_knows_another, _owes_tax_data], ids=["name", "tax"])
def test_what_forbids_to_pay_throws_an_approved_batch_back(
    mixed: PayoutBatch, cast: Cast, obstacle: Callable[[Cast], str]
) -> None:
    about = obstacle(cast)
    db.session.commit()
    (concern,) = handover.concerns(mixed)
    assert concern.voids
    assert about in concern.sentence
    (change,) = approval.throw_back_changed(approval.locked(mixed.public_id), by=identity("mo"), at=LATER)
    assert about in change.casefold()
    assert mixed.status == "draft"


def test_nothing_is_sent_to_who_owes_tax_data_by_then(mixed: PayoutBatch, provider: Provider, cast: Cast) -> None:
    started(mixed)
    _owes_tax_data(cast, "mira")
    db.session.commit()
    assert go(rail(provider)) == 0
    assert {step.name for step in progress.steps(mixed)} == {"held_back"}
    assert provider.transfers() == []
    assert give_up("mira").status == "failed"


# -- what is said of both --


def by_stripe_instead(provider: Provider, cast: Cast) -> PayoutBatch:
    """A draft for mira alone, who had bank details before she went to Stripe."""
    mira = cast.creators["mira"]
    fund(cast.brands["lumen"], 100_000)
    bank(None, IBANS[3])
    bank(mira, IBANS[0], by=cast.people["sam"].id)
    verification.record(IBANS[0], mira.name, PayeeResult.CLOSE, "Mira L.", CheckSource.BANK, at=AT)
    link(mira, provider)
    earn(cast.brands["lumen"], mira, 5000)
    made = assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1000, by=identity("mo").person_id, at=AT)
    db.session.commit()
    return db.session.get_one(PayoutBatch, made)


def given_up(batch: PayoutBatch) -> None:
    approval.cancel(batch.public_id, by=identity("mo"), at=AT)
    db.session.commit()


def notes_of(batch: PayoutBatch, handle: str) -> list[tuple[int, str]]:
    about = payout_of(handle).id
    return [(note.level, note.note) for note in risks.read(raw(), batch.id) if note.payout_id == about]


def test_a_new_account_at_stripe_waits_whatever_came_before(provider: Provider, cast: Cast) -> None:
    """Unlinking one and linking another is a change of account, though only one is linked at a time."""
    mira = cast.creators["mira"]
    fund(cast.brands["lumen"], 100_000)
    bank(None, IBANS[3])
    link(mira, provider)
    earn(cast.brands["lumen"], mira, 5000)
    assert payable(mira, "EUR", CUTOFF, settings(), at=AT).codes == []
    accounts.unlink(mira, by=identity("mira"), at=AT - timedelta(hours=2))
    link(mira, provider, at=AT - timedelta(hours=1))
    assert payable(mira, "EUR", CUTOFF, settings(), at=AT).codes == ["method_changed"]
    with pytest.raises(NobodyToPay):
        assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1000, by=identity("mo").person_id, at=AT)


def test_risks_judge_the_account_at_stripe_and_not_the_bank_details_of_before(provider: Provider, cast: Cast) -> None:
    mira, joon = cast.creators["mira"], cast.creators["joon"]
    fund(cast.brands["lumen"], 100_000)
    for creator, iban in ((None, IBANS[3]), (mira, IBANS[0]), (joon, IBANS[0])):
        bank(creator, iban, by=cast.people["sam"].id)
    link(mira, provider)
    for creator in (mira, joon):
        earn(cast.brands["lumen"], creator, 5000)
    made = assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1000, by=identity("mo").person_id, at=AT)
    batch = db.session.get_one(PayoutBatch, made)
    assert notes_of(batch, "mira") == [(2, "first")]
    assert (4, "shared_account") not in notes_of(batch, "joon")  # mira's money does not go there any more


def test_banks_are_asked_about_no_account_at_stripe(provider: Provider, cast: Cast) -> None:
    draft = by_stripe_instead(provider, cast)
    assert verification.answers(draft.id) == []
    assert set(verification.counts(draft.id).values()) == {0}
    given_up(draft)
    batch = approved()
    assert verification.answers(batch.id) == []
    assert set(verification.counts(batch.id).values()) == {0}


def test_the_page_says_what_is_left_to_do_for_each_part(mixed: PayoutBatch, provider: Provider, browse: Browse) -> None:
    with time_machine.travel(LATER, tick=False):
        mo, page = browse("mo"), f"/finance/batches/{mixed.public_id}"
        home, text = said(mo, "/finance"), said(mo, page)
        assert f"Send the payouts of batch {mixed.number} by Stripe" in home
        assert f"Download batch {mixed.number} for the bank" in home
        assert "Have the payouts by Stripe sent. Until then the batch can still be recalled." in text
    started(mixed)
    go(rail(provider))
    with time_machine.travel(LATER, tick=False):
        text = said(mo, page)
        assert "Download the files for the bank." in text
        assert "can still be recalled" not in text
        assert "Have the payouts by Stripe sent" not in text
        assert "Give it up" in said(mo, f"/finance/payouts/{payout_of('joon').public_id}")


def test_a_batch_by_stripe_alone_speaks_of_no_bank(provider: Provider, cast: Cast, browse: Browse) -> None:
    draft = by_stripe_instead(provider, cast)
    with time_machine.travel(LATER, tick=False):
        mo = browse("mo")
        text = said(mo, f"/finance/batches/{draft.public_id}")
        assert "acct_" in text, "the maker reads where the money really goes"
        assert IBANS[0][-4:] not in text
    given_up(draft)
    batch = approved()
    holds.place(cast.creators["mira"], "we look into it", by=identity("mo"), at=LATER)
    db.session.commit()
    with time_machine.travel(LATER, tick=False):
        assert "all the same" not in said(mo, f"/finance/batches/{batch.public_id}"), "it would be a draft again"
    holds.release(cast.creators["mira"], by=identity("mo"), at=LATER)
    db.session.commit()
    with time_machine.travel(LATER, tick=False):
        text = said(mo, f"/finance/batches/{batch.public_id}")
        assert "Download" not in text
        assert "The bank pays on" not in text
        assert "for the bank" not in said(mo, "/finance")


def test_who_is_paid_by_stripe_reads_no_number_of_a_bank(mixed: PayoutBatch, provider: Provider) -> None:
    started(mixed)
    go(rail(provider))
    letters = db.session.scalars(select(Letter).where(Letter.event == "payout.paid")).all()
    assert {letter.facts["iban"] for letter in letters} == {"at Stripe"}


def test_a_creator_whom_stripe_can_not_pay_reads_what_to_mend(
    mixed: PayoutBatch, provider: Provider, browse: Browse, cast: Cast
) -> None:
    started(mixed)
    provider.tell(capability={payout_of("mira").account: "restricted"})
    go(rail(provider))
    assert payout_of("mira").code == "ACCOUNT_NOT_READY"
    creator = cast.creators["mira"].public_id
    with time_machine.travel(LATER, tick=False):
        text = said(browse("mira"), f"/creators/{creator}/payouts/{payout_of('mira').public_id}")
    assert "complete what Stripe asks for" in text
    assert "Correct your bank details" not in text


def test_vat_that_is_due_stands_among_what_is_payable(cast: Cast) -> None:
    mira, lumen = cast.creators["mira"], cast.brands["lumen"]
    fund(lumen, 100_000)
    bank(mira, IBANS[0], by=cast.people["sam"].id)
    earn(lumen, mira, 5000)
    earn(lumen, mira, 1050, kind="vat")
    found = payable(mira, "EUR", CUTOFF, settings(), at=AT)
    assert sorted(line.amount for line in found.lines) == [1050, 5000], "as an assembly would pay them"


def test_the_archive_shows_both_ways_and_no_file_that_nobody_took(mixed: PayoutBatch, provider: Provider) -> None:
    started(mixed)
    go(rail(provider))
    members = unpacked(archive(mixed))
    assert not [name for name in members if name.startswith("files/")]
    (sent,) = table(members["transfers.csv"])
    assert (sent["status"], sent["amount_minor"], sent["account"]) == ("arrived", "5000", payout_of("mira").account)
    accounts = {line["creator"]: line["account"] for line in table(members["lines.csv"])}
    assert accounts == {"mira": payout_of("mira").account, "joon": ""}
    hand_over(mixed, at=LATER)
    assert [name for name in unpacked(archive(mixed)) if name.startswith("files/")]
