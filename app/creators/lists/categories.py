"""What platforms, and the programs that list their accounts, call categories: the nodes of our tree that mean the same.

The words themselves are kept beside them. What only says who somebody is (`Public figure`, `Digital creator`) names no
category.
"""

from __future__ import annotations

from functools import cache

from app.catalog.taxonomy import CATEGORY, tree
from app.creators.lists.words import plain

MEANT = {  # the node: what it is called on Instagram, Facebook, YouTube and TikTok, and in lists of their accounts
    "entertainment": "entertainment|arts & entertainment|arts and entertainment|asmr|mystery|shows|show|talents|"
    "magic|oddly satisfying|people & blogs|drama|theatre|theater|performance art|performing arts|event|events|"
    "just for fun",
    "entertainment.music": "music & dance|musician/band|musician|musicians|band|singer|singing|singing & dancing|"
    "songs|artist/band|dj|rapper|record label|music producer|producer|concert tour|song|music video|opera|lip-sync|"
    "songwriter|composer|pop music|hip hop music|rock music|electronic music|music lessons & instruction school",
    "entertainment.film": "cinema & actors/actresses|cinema & actors|actor|actress|actors|movies|movie|film|films|"
    "film & animation|film director|movie character|tv|tv show|tv shows|tv channel|tv network|television|"
    "short movies|trailers|documentary|shows & movies|tv & movies|movies & tv|movie/television studio|screenwriter|"
    "theatrical play|shorts|sci-fi/fantasy|action/adventure|thriller|horror|classics|foreign",
    "entertainment.comedy": "humor|humour|comedy|humor & fun & happiness|comics & sketches|comedian|funny|fun|prank|"
    "pranks|memes|comedy club|just for laughs|skits|sketch",
    "entertainment.dance": "dance|dancer|dancing|choreographer|dance studio|ballet|dance & choreography",
    "entertainment.animation": "animation|anime|anime/animation|anime & comics|cartoon|cartoons|comics|cosplay|"
    "comic book|anime and manga|cartoonist|fictional character",
    "entertainment.art": "art|art/artists|artist|artists|visual arts|design/art|design|design & art|"
    "graphic designer|designer|illustration|illustrator|fine artist|art gallery|tattoo|tattoo artist|architecture|"
    "architect|painting|drawing|sculptor|arts|art & design|graffiti",
    "lifestyle": "lifestyle|daily vlogs|vlog|vlogs|vlogger|videoblogging|daily life|life|personal vlog|luxury|"
    "luxury lifestyle|motivation & advice|relationship|relationships|love|social|travel & lifestyle",
    "lifestyle.family": "family|families|parents|parenting|mom|mum|moms & kids|family & relationships|motherhood|"
    "family & parenting|kids & family|couple|wedding|weddings",
    "society": "news & politics|news|politics|politician|political figure|government official|journalist|"
    "news & media website|media/news company|media|nonprofits & activism|activism|nonprofit organization|charity|"
    "community|society|news anchor|news personality|religion|religious organization|spirituality|law|military|"
    "government|political organization|cause|society & culture",
    "society.science": "science|scientist|science & education|history|nature & science|philosophy|psychology|space|"
    "biology|physics|chemistry|mathematics",
    "automotive": "autos & vehicles|auto & vehicle|auto & vehicles|cars & motorbikes|cars|car|automotive|vehicles|"
    "racing sports|motorsport|motorsports|motor vehicle company|automotive & motorcycle|vehicle & transportation|"
    "motorcycles|automobiles|car dealership|automotive, aircraft & boat|race car driver|formula 1|transportation|"
    "cars & vehicles",
    "baby": "baby & maternity|baby, kids & maternity|maternity|baby goods/kids goods|babies|pregnancy|baby & kids",
    "beauty": "beauty & personal care|beauty, cosmetic & personal care|health/beauty|cosmetics|beauty store|"
    "beauty salon|makeup & beauty|howto & style|howto and style|beauty & care|beauty & style|personal care|"
    "cosmetics store|beauty supply store|how-to & style|beauty & cosmetics",
    "beauty.fragrance": "perfume|fragrances|perfumes",
    "beauty.hair": "hair|hair salon|hairstylist|hairdresser|hair & beauty|hair extensions service|barber shop|barber",
    "beauty.makeup": "make up|makeup|make-up artist|makeup artist|makeup tutorials",
    "beauty.nails": "nail salon|nail art|nail artist",
    "beauty.skincare": "skincare|skin care service|skin care & cosmetics|dermatologist",
    "books": "literature & journalism|literature|books & literature|books, magazines & audio|author|writer|poet|"
    "book|magazine|publisher|editor|book series|bookstore|library|newspaper|poetry|booktok|"
    "book & magazine distribution",
    "collectables": "collectibles|antiques|pre-owned|collectibles store|antique store",
    "electronics": "science & technology|science, technology & engineering|technology|tech|machinery & technologies|"
    "tech & electronics|phones & electronics|gadgets|electronics store|consumer electronics|"
    "information technology company|internet company|technology & computing|reviews & unboxing|engineering|"
    "technology company|tech & gadgets",
    "electronics.appliances": "household appliances|appliances|home appliances",
    "electronics.cameras": "photography|photographer|photo|photography & videography|camera/photo|videographer|"
    "photography videography|camera & photography",
    "electronics.computers": "computers & gadgets|computers|computers & office equipment|software|computer company|"
    "software company|computers (brand)|programming|app page",
    "electronics.phones": "mobile phones|phones & tablets|mobile phone shop|phone/tablet",
    "fashion": "clothing & outfits|clothing|clothing (brand)|clothing store|apparel & clothing|"
    "apparel & accessories|apparel|outfit|outfits|fashion & style|fashion designer|fashion model|model|models|"
    "modeling|modelling|fashion accessories|accessories|fashion & accessories|muslim fashion|modest fashion|"
    "fashion stylist|style|streetwear|clothing company|fashion blogger|fashion & beauty|beauty & fashion",
    "fashion.bags": "luggage & bags|bags/luggage|bags & luggage|handbags",
    "fashion.children": "kids' fashion|kids fashion|baby & children's clothing store|baby & kids fashion",
    "fashion.jewellery": "accessories & jewellery|accessories & jewelry|jewelry/watches|jewelry|jewellery|watches|"
    "jewelry & watches company|jewelry accessories & derivatives|jewelry & watches|jewelry store|jewelry designer",
    "fashion.lingerie": "lingerie|underwear|lingerie & underwear store|swimwear|swimwear store",
    "fashion.men": "menswear & underwear|menswear|men's clothing store|mens fashion|men's clothing",
    "fashion.shoes": "footwear|sneakers|shoe store|footwear store",
    "fashion.women": "womenswear & underwear|womenswear|women's clothing store|womens fashion|women's clothing",
    "food": "food & cooking|food & drinks|food & drink|food & beverage|food & beverages|food|cooking|chef|"
    "restaurant|cuisine|food & beverage company|foodie|recipes|kitchen/cooking|grocery store|restaurants|food stand|"
    "mukbang|food blogger|personal chef|vegan|gastronomy|fast food restaurant",
    "food.alcohol": "wine|wine, beer & spirits|wine/spirits|bar|brewery|cocktail bar|beer|winery|cocktails",
    "food.sweets": "baking|bakery|desserts|dessert shop|cupcake shop|chocolate shop|candy store",
    "food.tea": "coffee|coffee shop|tea|cafe|barista",
    "games": "gaming|games|game|gamer|esports|e-sports|games/toys|gaming & esports|just chatting",
    "games.board": "board game|board games|card games|chess|puzzles",
    "games.video": "video game|video games|gaming video creator|gaming content creator|mobile games|pc games|"
    "esports team|console games|video game store|esports league",
    "garden": "gardening|home & garden website|garden center|plants|gardener|florist|flowers|home & garden",
    "health": "health & self help|health & wellness|health/medical|medical & health|doctor|medical company|nurse|"
    "dentist|healthcare|fitness & health|medicine|nutritionist|dietitian|mental health|health & wellness website|"
    "pharmacy / drugstore",
    "health.supplements": "vitamins/supplements|vitamin supplement shop|vitamins|nutrition|sports nutrition",
    "health.wellness": "wellness|yoga|yoga studio|self help|self-care|meditation|spa|massage|pilates studio|"
    "meditation center",
    "hobby": "diy & life hacks|diy|life hacks|crafts|arts & crafts|arts & crafts store|handmade|hobbies|"
    "toys & hobbies|hobby store|crafts & hobbies|sewing|knitting|do it yourself|diy & crafts",
    "home": "home decor|home improvement|home supplies|interior design|interior design studio|home goods store|"
    "interior|home & living|home|interior designer|real estate|household supplies|home & kitchen",
    "home.diy": "tools & hardware|tools/equipment|hardware store|construction|contractor|renovation|home renovation",
    "home.furniture": "furniture store|furniture & home",
    "home.kitchen": "kitchenware|kitchen|kitchen & dining",
    "home.textiles": "textiles & soft furnishings|bedding",
    "outdoor": "nature & landscapes|nature|extreme sports & outdoor activity|outdoors|"
    "outdoor & sporting goods company|adventure|environment|outdoor activities|hunting|fishing|agriculture|farm|"
    "environmental conservation organization",
    "pets": "animals|animals & pets|pets & animals|pet|pet supplies|dogs|cats|pet service|pet store|animal|"
    "veterinarian|animal shelter|horses|wildlife|dog trainer|pets & wildlife",
    "services": "business & careers|business|management & marketing|marketing|entrepreneur|entrepreneurship|"
    "product/service|marketing agency|consulting agency|business service|advertising/marketing|career|"
    "business & economy",
    "services.education": "education|teacher|learning|language learning|school|educational|tutor/teacher|coach|"
    "college & university|education website|trainers & coaches|public speaker|motivational speaker|study|motivation",
    "services.finance": "finance & economics|finance|financial services|investing|investment|economy|cryptocurrency|"
    "crypto|financial service|personal finance|business & finance|bank|insurance|finance & investing|economics|"
    "stock trading",
    "sports": "sports with a ball|winter sports|sports & outdoor|sport|athlete|sports team|sportsperson|football|"
    "soccer|basketball|tennis|cricket|sports league|martial arts|boxing|golf|wrestling|professional sports team|"
    "swimming|amateur sports team|extreme sports|skateboarding|surfing|sports & outdoors|sports & athletics|"
    "baseball|volleyball|sports event|gymnastics|combat sports|american football|rugby|badminton|coach (sports)|"
    "sports club",
    "sports.cycling": "bicycle|cycling|bikes",
    "sports.fitness": "fitness & gym|gym|fitness trainer|fitness model|gym/physical fitness center|bodybuilding|"
    "workout|personal trainer|sports & fitness|fitness & sports|crossfit|fitness instructor|bodybuilder|"
    "fitness & workout",
    "sports.running": "marathon|runner|athletics",
    "toys": "kids & toys|toys & games|toy|kids|toys & kids|toy store|children|kids entertainment|toys & unboxing",
    "travel": "travel & events|travel & tourism|travel company|tourism|hotel|travel & leisure|travel & adventure|"
    "vacation|tour guide|tour agency|traveler|travel agency|travel blogger|tourist attraction|tourism & travel|"
    "hotels & resorts",
}  # fmt: skip


def known(cell: str) -> tuple[str, ...]:
    """The English names of the nodes of our tree that the cell means, by code, by name or by what others call them; of
    several categories in one cell (`Beauty, Fashion`) each."""
    whole = _one(cell)
    pieces = [whole] if whole else [_one(piece) for piece in _pieces(cell)]
    return tuple(dict.fromkeys(piece for piece in pieces if piece))


def _one(text: str) -> str | None:
    words = tree(CATEGORY)
    code = codes().get(_folded(text))
    node = words.named(text) or (words.by_code.get(code) if code else None)
    return node.name_en if node and node.depth else None


def _pieces(cell: str) -> list[str]:
    pieces = [cell]
    for sign in (",", ";", "|", ">"):
        pieces = [part for piece in pieces for part in piece.split(sign)]
    return [piece.strip(" []'\"#") for piece in pieces if piece.strip()] if len(pieces) > 1 else []


@cache
def codes() -> dict[str, str]:
    """The code of a node by each of the words for it."""
    return {_folded(word): code for code, words in MEANT.items() for word in words.split("|")}


def _folded(text: str) -> str:
    return " ".join(plain(text).replace("&", " & ").replace(" and ", " & ").split())
