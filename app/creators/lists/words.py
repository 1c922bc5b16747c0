"""The words of headings in English, Dutch, German, French, Spanish, Italian, Portuguese and Indonesian, and in the
exports of programs. Letters are compared without their accents: many files have lost them."""

from __future__ import annotations

import re
import unicodedata

from app.creators.accounts import visible


def plain(text: str) -> str:
    """Small letters without accents."""
    parts = unicodedata.normalize("NFKD", text.lower())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def spelled(words: str) -> frozenset[str]:
    """The words of a list of words, plain."""
    return frozenset(plain(words).split())


MEANING = {  # what words mean that mean the same
    "followers": "follower subscriber subscribers subs fan fans fanbase volger volgers volgersaantal abonnee abonnees "
    "abonnenten abonnentenzahl abos followerzahl abonné abonnés seguidor seguidores suscriptor suscriptores iscritti "
    "seguaci inscritos pengikut pelanggan followerscount followercount subscribercount",
    "avg": "average mean gemiddelde gem gemiddeld durchschnitt durchschnittlich durchschnittliche durchschnittlichen "
    "schnitt ø moyenne moyennes moyen moyens moy promedio media medie medio medi média médias médio médios rata",
    "views": "view plays play weergaven weergave aufrufe aufruf vues vue vistas visualizaciones reproducciones "
    "visualizzazioni visualizações tayangan penayangan videoviews videoweergaven",
    "viewers": "viewer kijkers zuschauer spectateurs espectadores spettatori penonton",
    "likes": "like hearts leuks aime gusta gostos curtidas piace suka gefällt",
    "comments": "comment reacties opmerkingen kommentare commentaires comentarios commenti comentários komentar",
    "shares": "share gedeeld geteilt partages compartidos condivisioni compartilhamentos partilhas bagikan dibagikan",
    "peak": "maximum max piek hoogste spitze höchste pico picco pic puncak",
    "country": "countries land länder pays país países paese nazione negara",
    "language": "languages taal talen sprache sprachen langue langues idioma idiomas lingua lingue língua bahasa",
    "category": "categories categorie categorieën kategorie kategorien catégorie catégories categoría categorías "
    "categoria kategori niche niches nicho topic topics thema themen",
    "platform": "platforms plattform plateforme plataforma piattaforma network netwerk netzwerk réseau red rete",
    "engagement": "er betrokkenheid engagementrate interactie interaktion interaktionsrate interacción engajamento "
    "envolvimento coinvolgimento keterlibatan",
    "stream": "streamed",
}
# With one of these words a heading tells of a change, a part, a rate or a place, not of the figure itself.
OTHERWISE = spelled(
    """
    new lost gained gain gains gaining added difference diff yoy mom mtd ytd
    change changes changed delta growth growing grown increase decrease net trend
    unfollowed rank ranking position goal target estimated est potential fake suspicious real active paid quality
    credible credibility authentic reachable notable per cost price cpm cpv ratio percent percentage pct hours hour
    nieuw nieuwe verloren groei gegroeid verschil verandering wijziging toename afname stijging daling winst netto erbij
    rang doel nep echte actieve betaalde procent prijs kosten uur uren
    neu neue neuer verlorene wachstum veränderung zuwachs gewonnen gewonnene zunahme abnahme rangliste platz ziel aktive
    stunden stunde dazugewonnen neuzugänge nettozuwachs differenz
    nouveau nouveaux nouvelles perdus perdu croissance évolution variation gagnés rang objectif actifs faux heures
    nuevo nuevos nuevas perdidos crecimiento cambio variación ganados objetivo activos falsos horas
    nuovo nuovi nuove persi perse crescita variazione guadagnati obiettivo attivi falsi ore
    novo novos novas crescimento ganhos ativos
    baru penambahan hilang pertumbuhan perubahan naik turun peringkat jam
    """
)
# ... and with one of these, of what happened in a time: an average may have one, a total may not.
WINDOW = spelled(
    """
    last past previous day days daily week weeks weekly month months monthly year yearly recent
    laatste afgelopen dag dagen week weken maand maanden jaar
    letzte letzten tag tage tagen woche wochen monat monate jahr
    dernier derniers dernières jour jours semaine semaines mois
    último últimos ultimo días día dia semana semanas mes meses mês
    ultimi giorno giorni settimana settimane mese mesi
    terakhir hari minggu bulan
    """
)
SPAN = re.compile(  # `28d`, `followers30`
    r"(?<![0-9])[0-9]{1,3} ?(?:d|h|w|wk|wks|m|mo|mos|y|tg|j|t|g|jours|dd|gg|hr)(?![^\W_])"
    r"|(?<![0-9.,'])(?:7|14|28|30|60|90|180|365)(?![0-9.,'])",
    re.IGNORECASE,
)
UNITS = spelled(
    "k thousand thousands duizend duizenden tsd mln million millions miljoen miljoenen mio m rb ribu jt juta mil "
    "thsd tausend tausende millionen mille milliers miles millones migliaia milioni milhares milhões ribuan jutaan"
)
PLATFORM_OF = {
    "tiktok": "tiktok tiktoker",
    "instagram": "instagram insta ig instagrammer",
    "youtube": "youtube yt youtuber",
    "twitch": "twitch",
    "facebook": "facebook fb",
    "whatnot": "whatnot",
}
PLATFORM_WORDS = {word: code for code, words in PLATFORM_OF.items() for word in words.split()}
# Words that add nothing to the name of a figure.
EXPLAINED = spelled(
    """
    count counts number numbers of the total totals current now amount value values no nr num n o on in a live stream
    time minutes min rate aantal totaal huidig huidige op nu van het de per anzahl gesamt aktuell nombre des d
    totales totais totali lifetime hoje hoy heute vandaag today
    l número numero totale di attuali jumlah post posts video videos reel reels streams avg views viewers likes comments
    shares peak followers engagement concurrent taux tasa tasso taxa tingkat me mir mi j quantidade cantidad mag ich
    """
)
NAMES = spelled(
    """
    name names naam account accounts username user users handle channel kanaal influencer creator creators streamer
    youtuber tiktoker instagrammer profile url link gebruikersnaam weergavenaam benutzername nutzername konto kanal
    profil nom compte utilisateur chaîne nombre cuenta usuario perfil nome utente canale conta canal akun nama pengguna
    accountname accountnaam kanaalnaam kanalname profilname profielnaam profiel nickname screenname fullname pseudo
    pseudonyme identifiant profilo usuário utilizador criador creador creatore kreator anzeigename nutzer benutzer
    créateur créateurs créatrice     influenceur influencers channels handles
    """
)
BESIDE_NAMES = spelled("the of full display screen real de van het d l di do da du des channel avg social")
TIKTOK, YOUTUBE = re.compile(r"tik[ _-]?tok", re.IGNORECASE), re.compile(r"you[ _-]?tube", re.IGNORECASE)
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")  # of `followersCount`


ALIKE = {word: meaning for meaning, words in MEANING.items() for word in {meaning, *spelled(words)}}


def words_of(heading: str) -> frozenset[str]:
    """The words of a heading, those that mean the same made one."""
    text = YOUTUBE.sub("youtube", TIKTOK.sub("tiktok", visible(heading)))
    words = re.findall(r"[^\W\d_]+", plain(HUMP.sub(" ", text)))
    return frozenset(ALIKE.get(word, word) for word in words)


def platform_of(heading: str) -> str:
    """The platform that a heading names; empty where it names none or several."""
    named = {PLATFORM_WORDS[word] for word in words_of(heading) if word in PLATFORM_WORDS}
    return named.pop() if len(named) == 1 else ""
