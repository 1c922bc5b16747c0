"""What a column of a list can be, and by which words of its heading it is recognised."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.creators.accounts import visible
from app.errors import BadInput

Columns = Mapping[str, int]  # what we know a column by: its position, from 0

# The figures, by the names they have in `figure`; those whose platforms show rounded can be checked by a second column.
NUMBERS = (
    "followers",
    "average_views",
    "average_likes",
    "average_comments",
    "average_shares",
    "average_live_viewers",
    "peak_viewers",
    "stream_minutes",
)
SHARE = "engagement"
CHECK = "_rounded"  # the same figure once more, to be compared
CATEGORIES = ("category", "category_2", "category_3")

LABELS = {
    "name": _("Account"),
    "title": _("Display name"),
    "platform": _("Platform"),
    "country": _("Country"),
    "language": _("Language"),
    "category": _("Category"),
    "category_2": _("Second category"),
    "category_3": _("Third category"),
    "followers": _("Followers"),
    "average_views": _("Average views"),
    "average_likes": _("Average likes"),
    "average_comments": _("Average comments"),
    "average_shares": _("Average shares"),
    "average_live_viewers": _("Average live viewers"),
    "peak_viewers": _("Peak live viewers"),
    "stream_minutes": _("Minutes live"),
    "engagement": _("Engagement"),
}
CHECKS = {name + CHECK: name for name in NUMBERS}  # the column that checks: the column that is checked
FIELDS = (*LABELS, *CHECKS)

MEANING = {  # what words of headings mean, in English, Dutch, German, French, Spanish, Italian, Portuguese, Indonesian
    "followers": "follower subscriber subscribers subs fan fans volger volgers volgersaantal abonnee abonnees "
    "abonnenten abonnentenzahl followerzahl abonné abonnés abonnes seguidor seguidores suscriptores iscritti "
    "inscritos pengikut",
    "avg": "average mean gemiddelde gem gemiddeld durchschnitt durchschnittlich durchschnittliche ø moyenne moyennes "
    "moyen moy promedio media medio médio média médias rata",
    "views": "view plays weergaven aufrufe vues vistas visualizaciones visualizzazioni visualizações tayangan",
    "viewers": "viewer kijkers zuschauer spectateurs espectadores spettatori penonton",
    "likes": "like leuks aime gusta curtidas suka",
    "comments": "comment reacties kommentare commentaires comentarios commenti comentários komentar",
    "shares": "share gedeeld partages compartidos condivisioni compartilhamentos",
    "peak": "maximum max piek hoogste spitze pico picco pic puncak",
    "country": "countries land pays país pais paese negara",
    "language": "languages taal talen sprache langue idioma lingua língua bahasa",
    "category": "categories categorie kategorie catégorie categoría categoria kategori niche topic",
    "platform": "platforms plattform plateforme plataforma piattaforma network netwerk netzwerk réseau red rete",
    "engagement": "er betrokkenheid engagementrate interactie",
    "stream": "streamed",
}
ALIKE = {word: meaning for meaning, words in MEANING.items() for word in (meaning, *words.split())}
# In this order: the first whose words the heading has. Empty: it looks like one of the others and is not.
KNOWN: tuple[tuple[frozenset[str], str], ...] = tuple(
    (frozenset(words.split()), field)
    for words, field in (
        ("watch", ""),
        ("engagement", SHARE),
        ("peak viewers", "peak_viewers"),
        ("avg viewers", "average_live_viewers"),
        ("stream time", "stream_minutes"),
        ("stream minutes", "stream_minutes"),
        ("avg views", "average_views"),
        ("avg likes", "average_likes"),
        ("avg comments", "average_comments"),
        ("avg shares", "average_shares"),
        ("followers", "followers"),
        ("country", "country"),
        ("language", "language"),
        ("category", "category"),
        ("platform", "platform"),
    )
)
# With one of these words a heading tells of a change, a part, a rate or a place, not of the figure itself.
OTHERWISE = frozenset(
    """
    new lost gained gain gains gaining change changes changed delta growth growing grown increase decrease net trend
    unfollowed rank ranking position goal target estimated potential fake suspicious real active paid quality credible
    per cost price cpm cpv ratio percent percentage pct
    nieuw nieuwe verloren groei gegroeid verschil verandering wijziging toename afname stijging daling winst netto erbij
    rang doel nep echte actieve betaalde procent prijs kosten
    neu neue neuer verlorene wachstum veränderung zuwachs gewonnen gewonnene zunahme abnahme rangliste platz ziel aktive
    nouveau nouveaux nouvelles perdus croissance évolution variation gagnés rang objectif actifs
    nuevo nuevos nuevas perdidos crecimiento cambio variación ganados objetivo activos
    nuovo nuovi nuove persi crescita variazione guadagnati obiettivo attivi
    novo novos novas crescimento variação ganhos ativos
    baru hilang pertumbuhan perubahan naik turun peringkat
    """.split()
)
# ... and with one of these, of what happened in a time: an average may have one, a total may not.
WINDOW = frozenset(
    """
    last past previous day days daily week weeks weekly month months monthly year yearly recent
    laatste afgelopen dag dagen week weken maand maanden jaar
    letzte letzten tag tage tagen woche wochen monat monate jahr
    dernier derniers dernières jour jours semaine semaines mois
    último últimos ultimos día días dia dias semana semanas mes meses mês
    ultimo ultimi giorno giorni settimana settimane mese mesi
    terakhir hari minggu bulan
    """.split()
)
UNITS = frozenset("k thousand thousands duizend duizenden tsd mln million millions miljoen miljoenen mio m".split())
PLATFORM_WORDS = frozenset("tik tok tiktok instagram insta ig youtube yt twitch facebook fb whatnot".split())
EXPLAINED = PLATFORM_WORDS | frozenset(  # words that add nothing
    """
    count counts number numbers of the total totals current now amount value values no nr num on in a live stream time
    minutes min rate audience aantal totaal huidig huidige op nu van het de per anzahl gesamt aktuell nombre des d
    número numero totale di attuali jumlah post posts video videos reel reels streams avg views viewers likes comments
    shares peak followers engagement
    """.split()
)
NAMES = frozenset(
    """
    name names naam account accounts username user handle channel kanaal influencer creator streamer youtuber tiktoker
    instagrammer profile url link gebruikersnaam weergavenaam benutzername nutzername konto kanal profil nom compte
    utilisateur chaîne nombre cuenta usuario perfil nome utente canale conta canal akun nama pengguna
    """.split()
)
BESIDE_NAMES = PLATFORM_WORDS | frozenset("the of full display screen real de van het d di channel".split())


def words_of(heading: str) -> frozenset[str]:
    """The words of a heading, those that mean the same made one."""
    words = re.findall(r"[^\W\d_]+", visible(heading).lower())
    return frozenset(ALIKE.get(word, word) for word in words)


def known_by(heading: str) -> str | None:
    """What all words of the heading say the column is; "name" also for the second column of names; "" for what is left
    out though it is much like another; None where it says nothing."""
    words = words_of(heading)
    for wanted, field in KNOWN:
        if wanted <= words:
            return "" if field in (*NUMBERS, SHARE) and _is_otherwise(heading, words, field) else field
    return "name" if words & NAMES and words <= NAMES | BESIDE_NAMES else None


def surplus(heading: str, field: str) -> bool:
    """Whether a heading of a figure says more than we understand."""
    return field in NUMBERS and not words_of(heading) <= EXPLAINED


def in_units(heading: str) -> bool:
    """Whether its numbers are thousands or millions, as `Followers (K)` says."""
    words = words_of(heading)
    return bool(words & UNITS) or bool(re.search(r"\b1[.,]?000\b|\b1[.,]?000[.,]?000\b", heading))


def is_whole(field: str) -> bool:
    """Whether what it counts has no parts; an average may have some."""
    return not field.startswith("average_")


def label(field: str) -> str:
    """What a column is, in the reader's words."""
    if field in CHECKS:
        return str(gettext("%(what)s, rounded (for comparison only)", what=LABELS[CHECKS[field]]))
    return str(LABELS[field])


def checked(columns: Columns, header: Collection[str]) -> dict[str, int]:
    """The mapping, when it can be read by. BadInput when it names no account, a column twice, or one not there."""
    if "name" not in columns:
        raise BadInput(gettext("Choose the column with the account name. Nothing can be imported without it."))
    unknown = set(columns) - set(FIELDS)
    if unknown or any(not 0 <= position < len(header) for position in columns.values()):
        raise BadInput(gettext("These columns don’t match the file. Reload the page and try again."))
    if len(set(columns.values())) < len(columns):
        raise BadInput(gettext("Each column can be used only once."))
    for check, field in CHECKS.items():
        if check in columns and field not in columns:
            raise BadInput(gettext("There is no column to compare “%(what)s” with. Choose one.", what=label(check)))
    return dict(columns)


def _is_otherwise(heading: str, words: frozenset[str], field: str) -> bool:
    if field == SHARE:
        return bool(words & (OTHERWISE - {"percent", "percentage", "pct", "procent", "per", "real", "quality"}))
    return bool(words & OTHERWISE) or "%" in heading or (is_whole(field) and bool(words & WINDOW))
