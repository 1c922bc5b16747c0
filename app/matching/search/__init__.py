"""Search: creators found by name, category, place and what they say of themselves, in Dutch and in English.

`rebuild` writes what creators can be found by; `find` and `listed` look; `spread` prepares words for the function
found_words (migration 0021).
"""

from app.matching.search.documents import rebuild as rebuild
from app.matching.search.finding import find as find
from app.matching.search.listing import Filters as Filters
from app.matching.search.listing import listed as listed
from app.matching.search.questions import spread as spread
