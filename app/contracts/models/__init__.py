"""The tables of the room, one module a topic."""

from app.contracts.models.bonus import BonusCondition, BonusLine, BonusStep, Effort, EffortKind, EffortStatus
from app.contracts.models.contract import Contract, Coupon, Ending, EndingCause, EndingKind, Pause, PauseStatus, Terms
from app.contracts.models.exclusivity import Breach, BreachKind, BreachStatus, ClaimKind, Waiver, WaiverStatus
from app.contracts.models.gift import Gift
from app.contracts.models.offer import (
    Agreement,
    AgreementKind,
    AgreementStatus,
    Offer,
    OfferRound,
    OfferTemplate,
    RoundStatus,
    Signature,
    SigningCode,
)
from app.contracts.models.party import LegalDetails
from app.contracts.models.programme import Programme, ProgrammeRate

__all__ = [
    "Agreement",
    "AgreementKind",
    "AgreementStatus",
    "BonusCondition",
    "BonusLine",
    "BonusStep",
    "Breach",
    "BreachKind",
    "BreachStatus",
    "ClaimKind",
    "Contract",
    "Coupon",
    "Effort",
    "EffortKind",
    "EffortStatus",
    "Ending",
    "EndingCause",
    "EndingKind",
    "Gift",
    "LegalDetails",
    "Offer",
    "OfferRound",
    "OfferTemplate",
    "Pause",
    "PauseStatus",
    "Programme",
    "ProgrammeRate",
    "RoundStatus",
    "Signature",
    "SigningCode",
    "Terms",
    "Waiver",
    "WaiverStatus",
]
