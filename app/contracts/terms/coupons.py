"""Coupon codes: when two spellings are the same code."""

from __future__ import annotations

import unicodedata


def coupon_key(code: str) -> str:
    """What two spellings of one code have in common (settlement.md section 3, rule 2).

    Capitals, accents typed in another form, spaces around the code and signs nobody sees (a zero-width space that was
    pasted along) make no difference. The key of a code that is nothing but those is empty: it is no code.
    """
    if code.isascii():  # nearly all are; nothing in ASCII has another form or can't be seen
        return code.strip().casefold()
    seen = "".join(sign for sign in unicodedata.normalize("NFKC", code) if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", seen.strip().casefold())
