"""Applications: a creator asks to take part in a campaign, the brand admits or rejects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.campaigns import campaigns, letters, participants, participation
from app.campaigns.campaign_rules import LONGEST_MESSAGE
from app.campaigns.models import (
    Application,
    ApplicationStatus,
    Approach,
    ApproachStatus,
    Campaign,
    Participation,
)
from app.database import db, lock
from app.errors import BadInput, Conflict, NotFound
from app.security import Identity
from app.transitions import move
from app.users.models import Creator
from app.users.sides import Side
from app.users.trail import record
from app.web.texts import optional_text, required_text


def apply(
    campaign: Campaign, creator: Creator, *, message: str, answers: Sequence[str], by: Identity, at: datetime
) -> Application:
    """The creator asks to take part; `answers` are to the campaign's questions, in their order.

    NotFound for a campaign they may not see, BadInput without an answer to each question, Conflict when it takes nobody
    any more, when they were invited, have applied already or take part. Who took part by an offer that came to nothing
    may ask anew.
    """
    if not campaigns.visible_to(creator, campaign, at=at):
        raise _missing()
    campaigns.must_take(lock(campaign), at)  # who admits or cancels locks it too
    before = participants.participant_of(campaign.id, creator.id)
    if before is not None and before.shown and before.counts(at):
        raise Conflict(gettext("You already take part in this campaign."))
    if _invited(campaign, creator):
        raise Conflict(gettext("You are invited to this campaign. Answer the invitation instead."))
    written = [optional_text(answer, LONGEST_MESSAGE) for answer in answers]
    if len(written) != len(campaign.questions) or not all(written):
        raise BadInput(gettext("Answer each of the brand's questions."))
    words = optional_text(message, LONGEST_MESSAGE)
    application = Application(campaign_id=campaign.id, creator_id=creator.id, message=words, answers=written)
    application.status, application.made_by, application.made_at = ApplicationStatus.APPLIED, by.person_id, at
    try:
        with db.session.begin_nested():
            db.session.add(application)
    except IntegrityError as error:
        raise Conflict(gettext("You have already applied for this campaign.")) from error
    record("apply", "application", application.id, by=by, at=at, campaign=campaign.title)
    letters.write_application(application, Side.BRAND, "applied", at=at, reason=application.message)
    return application


def admit(application: Application, *, by: Identity, at: datetime) -> Participation:
    """The creator is in: under the contract of the pair, or by an offer that is sent at once. Raises what
    `participation.join` does, and WrongStatus when it is decided or retracted."""
    _locked(application)
    move(application, ApplicationStatus.ADMITTED)
    _decided(application, "admit", by=by, at=at)
    joined = participation.join(application.campaign, application.creator, by=by, at=at)
    letters.write_application(application, Side.CREATOR, "admitted", at=at)
    return joined


def reject(application: Application, reason: str, *, by: Identity, at: datetime) -> Application:
    """The brand says no, for a reason that the creator reads; BadInput without one."""
    _locked(application)
    why = required_text(reason, gettext("Give a reason. The creator will read it."), LONGEST_MESSAGE)
    move(application, ApplicationStatus.REJECTED)
    application.reason = why
    _decided(application, "reject", by=by, at=at)
    letters.write_application(application, Side.CREATOR, "rejected", at=at, reason=why)
    return application


def retract(application: Application, *, by: Identity, at: datetime) -> Application:
    """The creator takes it back, and may apply anew. WrongStatus when it is decided."""
    _locked(application)
    move(application, ApplicationStatus.RETRACTED)
    return _decided(application, "retract", by=by, at=at)


def of_campaign(campaign_id: int) -> Sequence[Application]:
    """The applications for a campaign: those that wait first, then the newest."""
    standing = select(Application).where(
        Application.campaign_id == campaign_id, Application.status != ApplicationStatus.RETRACTED
    )
    ordered = standing.order_by((Application.status == ApplicationStatus.APPLIED).desc(), Application.id.desc())
    return db.session.scalars(ordered.options(joinedload(Application.creator))).all()


def newest(campaign_id: int, creator_id: int) -> Application | None:
    """The creator's last application for a campaign; None when there is none but retracted ones."""
    return db.session.scalar(_of_creator(creator_id).where(Application.campaign_id == campaign_id).limit(1))


def of_creator(creator_id: int) -> Sequence[Application]:
    """The creator's applications with their campaigns, the newest first, without those taken back."""
    whole = joinedload(Application.campaign).joinedload(Campaign.brand)
    return db.session.scalars(_of_creator(creator_id).options(whole)).all()


def get_application(of: Campaign | Creator, public_id: UUID) -> Application:
    """The application with this public id, of the campaign or the creator; NotFound otherwise."""
    of_owner = Application.campaign_id == of.id if isinstance(of, Campaign) else Application.creator_id == of.id
    application = db.session.scalar(select(Application).where(of_owner, Application.public_id == public_id))
    if application is None:
        raise _missing()
    return application


def _of_creator(creator_id: int) -> Select[Application]:
    standing = select(Application).where(
        Application.creator_id == creator_id, Application.status != ApplicationStatus.RETRACTED
    )
    return standing.order_by(Application.id.desc())


def _invited(campaign: Campaign, creator: Creator) -> bool:
    waiting = select(Approach.id).where(Approach.campaign_id == campaign.id, Approach.creator_id == creator.id)
    return db.session.scalar(waiting.where(Approach.status == ApproachStatus.UNANSWERED).limit(1)) is not None


def _locked(application: Application) -> None:
    lock(application.campaign)  # first, as who cancels it does
    lock(application)


def _decided(application: Application, action: str, *, by: Identity, at: datetime) -> Application:
    application.decided_by, application.decided_at = by.person_id, at
    db.session.flush()
    record(action, "application", application.id, by=by, at=at, campaign=application.campaign.title)
    return application


def _missing() -> NotFound:
    return NotFound(gettext("There is no such application or campaign, or it is not yours."))
