"""What ties the books to the awards of monthly money; `flask check-books` runs it with the others."""

from __future__ import annotations

BONUS_CHECKS = {
    "awards_stand": "Every bonus's entries add up to its newest award, on its own day",
    "months_have_awards": "Every month of a bonus was evaluated, provisionally first",
}
