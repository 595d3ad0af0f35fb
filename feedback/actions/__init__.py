"""Everything that surveys and their figures do. Nothing else writes them."""

from feedback.actions.advancing import advance, advance_office, open_due_wave
from feedback.actions.answering import answer, decline
from feedback.actions.asking import ask_for_rating, open_wave
from feedback.actions.closing import close_wave
from feedback.actions.merging import unite_asked
from feedback.actions.preparing import add_customer, change_plan, prepare_office, remove_customer, replace_question
from feedback.actions.tallying import tally_service

__all__ = [
    "add_customer",
    "advance",
    "advance_office",
    "answer",
    "ask_for_rating",
    "change_plan",
    "close_wave",
    "decline",
    "open_due_wave",
    "open_wave",
    "prepare_office",
    "remove_customer",
    "replace_question",
    "tally_service",
    "unite_asked",
]
