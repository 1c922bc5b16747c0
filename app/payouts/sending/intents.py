"""Prepare: which payouts are to be sent by Stripe now, and the row that is committed before any of them is.

An intent has its own random key and never changes. Whoever finds one must take it for sent until Stripe says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from app.database import query_rows, raw
from app.payouts import transfers
from app.payouts.models import PayoutStatus, Rail
from app.payouts.sending import codes
from app.stripe_outbound import Verification


class Candidate(NamedTuple):
    """A payout that is to be sent, and to where; `linked`: whether that is still the creator's account. Straight to a
    bank there are a bank account at Stripe (`method`), and the bank's answer about its name that was approved."""

    payout_id: int
    rail: str
    account: str
    amount: int
    currency: str
    linked: bool
    method: str
    holder: str
    iban: str
    seen: str  # close_match, impossible, or empty
    seen_name: str
    whole: bool  # it is still the sum of its lines; or it is not sent


class Intent(NamedTuple):
    """An attempt as it was committed. `tries` counts how often it was taken up, `sent_at` is the last time."""

    id: int
    payout_id: int
    reference: UUID
    key: str
    account: str
    amount: int
    currency: str
    transfer_group: str
    method: str | None
    verification: str | None
    provider_id: str | None
    prepared_at: datetime
    sent_at: datetime
    tries: int

    @property
    def rail(self) -> Rail:
        """By which rail it goes."""
        return Rail.OUTBOUND if self.method else Rail.STRIPE


@dataclass(frozen=True)
class Checked:
    """What Stripe says of where a candidate's money is to go: the code of what forbids to send, or nothing;
    and straight to a bank what that said of the name."""

    candidate: Candidate
    obstacle: str = ""
    said: Verification | None = None


# Not while the creator is held or owes tax data.
OPEN = """
    p.rail = any(%(rails)s) and p.status = 'sent' and b.status = 'approved' and b.sending_at is not null
    and (b.sending_after is null or b.sending_after <= %(at)s)
    and not exists (select from transfer t where t.payout_id = p.id and t.status <> 'refused')
    and not exists (select from payout_hold h where h.creator_id = p.creator_id and h.released_at is null)
    and not exists (select from no_tax_data owes where owes.creator_id = p.creator_id)
"""
# Only what is still the sum of its lines. It is dear, so it is asked of those alone that are taken up, and by the index
# of their lines, whatever is known of a table that was just filled (`offset 0`).
WHOLE = """
    p.amount = (
        select sum(case e.credit when 'creator' then e.amount else -e.amount end)
        from (select * from payout_line where payout_id = p.id offset 0) l
        join entry e on e.brand_id = l.brand_id and e.id = l.entry_id
        where l.released_at is null)
"""
INTENT = "id, payout_id, reference, key, account, amount, currency, transfer_group, method, verification, provider_id,"
INTENT += " prepared_at, sent_at, tries"


def candidates(
    number: int,
    *,
    at: datetime,
    rails: Sequence[str] = (Rail.STRIPE,),
    besides: Sequence[int] = (),
    skipped: int = 0,
) -> Sequence[Candidate]:
    """The next payouts to send by these rails, in their order, after some that are skipped where there are so many, and
    besides those that are under way already; of batches whose sending somebody has started."""
    query = f"""with open as materialized (
            select p.id from payout_batch b join payout p on p.batch_id = b.id
            where {OPEN} and p.id <> all(%(besides)s) order by p.id limit %(number)s offset %(skipped)s)
        select p.id as payout_id, p.rail, coalesce(p.account, way.account, '') as account, p.amount, p.currency,
            way.account is not null or exists (
                select from stripe_account a
                where a.creator_id = p.creator_id and a.account = p.account and a.unlinked_at is null) as linked,
            coalesce(way.method, '') as method, coalesce(p.holder, '') as holder, coalesce(p.iban, '') as iban,
            coalesce(seen.result, '') as seen, coalesce(seen.known_as, '') as seen_name,
            coalesce({WHOLE}, false) as whole
        from open join payout p on p.id = open.id
        left join bank_route way on p.rail = 'outbound' and way.creator_id = p.creator_id
            and (way.holder, way.iban) = (p.holder, p.iban)
        left join lateral (
            select c.result, c.known_as from payee_acknowledgement a join payee_check c on c.id = a.check_id
            where a.payout_id = p.id order by c.checked_at desc, c.id desc limit 1) seen on p.rail = 'outbound'
        order by p.id"""  # noqa: S608
    values = {"at": at, "number": number, "rails": list(rails), "besides": list(besides), "skipped": skipped}
    found = query_rows(raw(), query, values, Candidate)
    return found or (query_rows(raw(), query, values | {"skipped": 0}, Candidate) if skipped else [])


def prepare(clear: Sequence[Checked], *, at: datetime, lease: timedelta) -> Sequence[Intent]:
    """Writes an intent for each of these payouts that is still to be sent as it was checked; the caller commits before
    it sends. For as long as the lease lasts nobody else takes them up."""
    payouts = [each.candidate.payout_id for each in clear]
    _lock_batches(payouts, "share")
    query = f"""insert into transfer (payout_id, attempt, account, amount, currency, transfer_group, method,
            verification, prepared_at, sent_at, next_try_at)
        select p.id, 1 + (select count(*) from transfer t where t.payout_id = p.id), way.account, p.amount, p.currency,
            p.reference, way.method, way.verification, %(at)s, %(at)s, %(until)s
        from unnest(%(payouts)s::bigint[], %(accounts)s::text[], %(methods)s::text[], %(verifications)s::text[])
            way (payout_id, account, method, verification)
        join payout p on p.id = way.payout_id join payout_batch b on b.id = p.batch_id
        where p.id = any(%(payouts)s) and {OPEN} and {WHOLE} and (p.rail = 'stripe' or exists (
            select from bank_route r where (r.creator_id, r.holder, r.iban, r.account, r.method)
                = (p.creator_id, p.holder, p.iban, way.account, way.method)))
        order by p.id
        on conflict do nothing returning {INTENT}"""  # noqa: S608
    values = {
        "payouts": payouts,
        "accounts": [each.candidate.account for each in clear],
        "methods": [each.candidate.method or None for each in clear],
        "verifications": [each.said.id if each.said else None for each in clear],
        "rails": list({each.candidate.rail for each in clear}),
        "at": at,
        "until": at + lease,
    }
    return sorted(query_rows(raw(), query, values, Intent))


def give_up(payout: int, code: str, *, at: datetime) -> bool:
    """Fails a payout of which nothing has been sent; the caller commits. False when somebody has sent it after all."""
    _lock_batches([payout], "update")
    live = raw().execute("select from transfer where payout_id = %s and status <> 'refused'", [payout]).fetchone()
    if live is not None:
        return False
    return transfers.ended_by_provider(payout, PayoutStatus.FAILED, code=code, reason=codes.reason(code), at=at)


def _lock_batches(payouts: Sequence[int], strength: str) -> None:
    """Locks the batches of these payouts in one order: first of all, as everywhere."""
    how = "for update" if strength == "update" else "for share"
    query = "select id from payout_batch where id in (select batch_id from payout where id = any(%s)) order by id "
    raw().execute(query + how, [list(payouts)])
