"""What the commission of a show means for its month: every bonus of the contracts it runs under, as things stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import get_locale

from app.bonuses.arithmetic import Row
from app.bonuses.month_statement import statement_of
from app.contracts.models import Contract
from app.database import db
from app.live.desk.scenes import Scene
from app.live.desk.sharing import shared
from app.streams.shows import contract_at

STANDS = 2.0  # seconds for which a month is not worked out again: it takes tables of its own. A desk asks again later


@dataclass(frozen=True)
class Promise:
    """One bonus of the month. `state` as in the month's statement: running, provisional, final or above_cap; `target`
    is what it comes to, in minor units."""

    kind: str
    text: str
    state: str
    target: int
    currency: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Counted:
    """How many minutes of a stream count under the contract, and why not all."""

    stream_id: int
    minutes: int
    counted: int
    why: str


@dataclass(frozen=True)
class ContractMonth:
    """A contract's month, and what of the streams on the desk counts in it."""

    brand: str
    month: date
    promises: Sequence[Promise]
    counted: Sequence[Counted]
    contract: UUID


def months_of(scene: Scene, *, at: datetime) -> list[ContractMonth]:
    """The month of the show for each contract it runs under, as things stand."""
    begun = scene.begins or (scene.show.planned_start if scene.show else at)
    found = []
    for brand_id in scene.brand_ids:
        known = contract_at(brand_id, scene.creator.id, begun)
        contract = db.session.get(Contract, known.id) if known else None
        if contract is not None:
            found.append(_month(scene, contract, begun, at))
    return found


def _month(scene: Scene, contract: Contract, begun: datetime, at: datetime) -> ContractMonth:
    month = begun.astimezone(ZoneInfo(contract.timezone)).date().replace(day=1)
    key = ("month", contract.id, month, str(get_locale()))
    promises, counted = shared(key, lambda: _stated(contract, month, at), STANDS)
    own = [each for each in counted if each.stream_id in scene.stream_ids]
    return ContractMonth(contract.brand.name, month, promises, own, contract.public_id)


def _stated(contract: Contract, month: date, at: datetime) -> tuple[list[Promise], list[Counted]]:
    stated = statement_of(contract, month, at=at)
    promises = [
        Promise(part.bonus.kind, part.promise, part.state, part.target, part.bonus.currency, part.rows)
        for part in stated.parts
    ]
    counted = [Counted(each.stream.id, each.verdict.minutes, each.verdict.counted, each.why) for each in stated.shows]
    return promises, counted
