"""The tables of the room, one module a topic."""

from app.contracts.models.bonus import BonusCondition, BonusLine, BonusStep, Effort
from app.contracts.models.contract import Contract, Coupon, Ending, Pause, Terms
from app.contracts.models.exclusivity import Breach, Waiver
from app.contracts.models.gift import Gift
from app.contracts.models.offer import Agreement, Offer, OfferRound, OfferTemplate, Signature, SigningCode
from app.contracts.models.programme import Programme, ProgrammeRate

__all__ = [
    "Agreement",
    "BonusCondition",
    "BonusLine",
    "BonusStep",
    "Breach",
    "Contract",
    "Coupon",
    "Effort",
    "Ending",
    "Gift",
    "Offer",
    "OfferRound",
    "OfferTemplate",
    "Pause",
    "Programme",
    "ProgrammeRate",
    "Signature",
    "SigningCode",
    "Terms",
    "Waiver",
]
