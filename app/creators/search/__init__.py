"""Search: creators found by name, category, place and what they say of themselves, in Dutch and in English.

`rebuild` writes what creators can be found by; `find` and `listed` look; `spread` prepares words for the function
found_words (migration 0021).
"""

from app.creators.search.documents import note_fatigue, rebuild
from app.creators.search.finding import find
from app.creators.search.listing import Filters, listed
from app.creators.search.questions import spread

__all__ = ["Filters", "find", "listed", "note_fatigue", "rebuild", "spread"]
