"""The tables of the room, one module a topic."""

from app.creators.models.creator_list import (
    CreatorList,
    Likeness,
    LikenessStatus,
    ListMapping,
    ListStatus,
)
from app.creators.models.profile import (
    AskingPrice,
    BrandProfile,
    Figure,
    FigureSource,
    Measure,
    PriceUnit,
    Profile,
    ProfileCategory,
    ResultConsent,
)
from app.creators.models.shortlist import CreatorNote, CreatorTag, Shortlist, ShortlistEntry

__all__ = [
    "AskingPrice",
    "BrandProfile",
    "CreatorList",
    "CreatorNote",
    "CreatorTag",
    "Figure",
    "FigureSource",
    "Likeness",
    "LikenessStatus",
    "ListMapping",
    "ListStatus",
    "Measure",
    "PriceUnit",
    "Profile",
    "ProfileCategory",
    "ResultConsent",
    "Shortlist",
    "ShortlistEntry",
]
