"""Everything a person can do to a request. Nothing else writes one."""

from requests_app.actions.answering import add_note, add_to_request, reply
from requests_app.actions.conversing import (
    About,
    Said,
    answer_understanding,
    correct_conversation,
    keep_conversation,
    send_understanding,
)
from requests_app.actions.deferring import defer, keep_promise_elsewhere, move_promise
from requests_app.actions.handing_over import hand_over_requests
from requests_app.actions.lifecycle import (
    agree_date,
    release,
    release_all,
    reopen,
    resolve,
    resume,
    take,
    wait_for_requester,
    withdraw,
)
from requests_app.actions.logging import log_request
from requests_app.actions.reminding import remind_newcomers
from requests_app.actions.showing_the_way import show_way

__all__ = [
    "About",
    "Said",
    "add_note",
    "add_to_request",
    "agree_date",
    "answer_understanding",
    "correct_conversation",
    "defer",
    "hand_over_requests",
    "keep_conversation",
    "keep_promise_elsewhere",
    "log_request",
    "move_promise",
    "release",
    "release_all",
    "remind_newcomers",
    "reopen",
    "reply",
    "resolve",
    "resume",
    "send_understanding",
    "show_way",
    "take",
    "wait_for_requester",
    "withdraw",
]
