"""The life of a contract, in one place to look: it is enacted, amended, paused and ended (rules.md B16)."""

from app.contracts.current import current_sheet
from app.contracts.enacting import enact
from app.contracts.ending import earliest_end, end
from app.contracts.favour import better_for_creator
from app.contracts.improving import amend_by_notice
from app.contracts.pausing import answer_pause, ask_pause

__all__ = [
    "amend_by_notice",
    "answer_pause",
    "ask_pause",
    "better_for_creator",
    "current_sheet",
    "earliest_end",
    "enact",
    "end",
]
