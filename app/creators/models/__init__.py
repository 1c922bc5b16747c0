"""The tables of the room, one module a topic."""

from app.creators.models.creator_list import CreatorList, ListMapping
from app.creators.models.profile import AskingPrice, BrandProfile, Figure, Profile, ProfileCategory, ResultConsent
from app.creators.models.shortlist import CreatorNote, CreatorTag, Shortlist, ShortlistEntry

__all__ = [
    "AskingPrice",
    "BrandProfile",
    "CreatorList",
    "CreatorNote",
    "CreatorTag",
    "Figure",
    "ListMapping",
    "Profile",
    "ProfileCategory",
    "ResultConsent",
    "Shortlist",
    "ShortlistEntry",
]
