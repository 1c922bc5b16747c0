"""The life of a contract, in one place to look: it is enacted, amended, paused and ended (rules.md B16)."""

from app.contracts.changes.amend_by_notice import amend_by_notice
from app.contracts.changes.ending import Termination, earliest_end, end
from app.contracts.changes.pausing import answer_pause, ask_pause
from app.contracts.signing.enacting import enact
from app.contracts.terms.compare_terms import better_for_creator
from app.contracts.terms.current import current_sheet

__all__ = [
    "Termination",
    "amend_by_notice",
    "answer_pause",
    "ask_pause",
    "better_for_creator",
    "current_sheet",
    "earliest_end",
    "enact",
    "end",
]
