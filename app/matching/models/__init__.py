"""The tables of the room, one module a topic."""

from app.matching.models.campaign import Application, Approach, Campaign, CampaignProduct, Participation
from app.matching.models.creator_list import CreatorList, ListMapping
from app.matching.models.plan import Backtest, Plan
from app.matching.models.profile import AskingPrice, BrandProfile, Figure, Profile, ProfileCategory, ResultConsent
from app.matching.models.sample import CreatorNote, CreatorTag, Sample, Shortlist, ShortlistEntry
from app.matching.models.standing import Fatigue, MarketMean, Ranking, Standing

__all__ = [
    "Application",
    "Approach",
    "AskingPrice",
    "Backtest",
    "BrandProfile",
    "Campaign",
    "CampaignProduct",
    "CreatorList",
    "CreatorNote",
    "CreatorTag",
    "Fatigue",
    "Figure",
    "ListMapping",
    "MarketMean",
    "Participation",
    "Plan",
    "Profile",
    "ProfileCategory",
    "Ranking",
    "ResultConsent",
    "Sample",
    "Shortlist",
    "ShortlistEntry",
    "Standing",
]
