"""The six things that are measured, and what each is measured against."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from bench.client import Answer, Step, UnexpectedAnswerError, Visitor

# Milliseconds of the peers, measured the same way on such a machine with 100,000 requests.
PEERS: Mapping[str, Mapping[str, int]] = {
    "queue": {"django-helpdesk": 448, "Redmine": 131, "Request Tracker": 635},
    "request": {"django-helpdesk": 55, "Redmine": 121, "Request Tracker": 373},
    "log": {"django-helpdesk": 18, "Redmine": 42, "Request Tracker": 203},
    "reply": {"django-helpdesk": 26, "Redmine": 66, "Request Tracker": 177},
    "search": {"django-helpdesk": 1262, "Redmine": 416, "Request Tracker": 102},
    "dashboard": {"django-helpdesk": 2212, "Redmine": 95, "Request Tracker": 277},
}
# The bare page took so long where the peers were measured: what it takes here says how fast this machine is just now.
BARE_MS_BESIDE_PEERS = 10
WRITING = ("log", "reply")
TIMES_FASTER_THAN_PEERS = 3
QUEUE_TIMES_BARE_PAGE = 2
MOST_GROWTH = 1.3
MOST_STATEMENTS = {"queue": 8}
MOST_STATEMENTS_OF_ANY = 20
BARE = "bare page"


@dataclass(frozen=True)
class Page:
    """A page, who asks for it, and how."""

    name: str
    who: str
    step: Step


VERSION = re.compile(r'name="seen_version" value="([0-9]+)"')


def read_versions(visitor: Visitor, references: Sequence[str]) -> dict[str, int]:
    """What a form of each of these requests says that it showed: a reply that does not say so is refused."""
    return {
        reference: version_in(seen(visitor.get(f"/requests/{reference}/")).body.decode()) for reference in references
    }


def version_in(page: str) -> int:
    found = VERSION.search(page)
    if found is None:
        raise UnexpectedAnswerError("The page of a request has no form to answer it.")
    return int(found[1])


def pages_of(facts: Mapping[str, Any], versions: dict[str, int]) -> list[Page]:
    """The pages measured; `versions` are those of the requests that are open, and are counted along."""
    references = facts["open"]

    def reply(visitor: Visitor, number: int) -> Answer:
        reference = references[number % len(references)]
        answer = taken(visitor.post(f"/requests/{reference}/reply/", reply_fields(versions[reference])))
        versions[reference] += 1
        return answer

    def in_turn(number: int) -> str:
        return f"/requests/{references[number % len(references)]}/"

    return [
        Page("queue", "assistant", lambda visitor, _number: seen(visitor.get("/queue/"))),
        Page("request", "assistant", lambda visitor, number: seen(visitor.get(in_turn(number)))),
        Page("log", "requester", lambda visitor, _number: taken(visitor.post("/requests/new/", log_fields(facts)))),
        Page("reply", "assistant", reply),
        Page("search", "assistant", lambda visitor, _number: seen(visitor.get(search_path(facts)))),
        Page("dashboard", "manager", lambda visitor, _number: seen(visitor.get("/dashboard/"))),
    ]


def bare_page(facts: Mapping[str, Any]) -> Page:
    return Page(BARE, "assistant", lambda visitor, _number: seen(visitor.get(f"/rows/{facts['office']}/")))


def reading(name: str, address: str) -> Page:
    """A page that the assistant only reads."""
    return Page(name, "assistant", lambda visitor, _number: seen(visitor.get(address)))


def search_path(facts: Mapping[str, Any]) -> str:
    return f"/requests/search/?q={facts['rare_word']}"


def log_fields(facts: Mapping[str, Any]) -> dict[str, str]:
    return {
        "office": str(facts["office"]),
        "kind": "meeting",
        "title": f"A meeting about the budget of next year, {uuid4()}",  # other words each time: no request said twice
        "purpose": "We have to agree on the figures before they are printed. " * 4,
        "submission_key": str(uuid4()),
    }


def reply_fields(seen_version: int) -> dict[str, str]:
    body = "We have asked for a slot and come back to you. " * 5
    return {"body": body, "seen_version": str(seen_version), "submission_key": str(uuid4())}


def seen(answer: Answer) -> Answer:
    return _expect(answer, HTTPStatus.OK)


def taken(answer: Answer) -> Answer:
    return _expect(answer, HTTPStatus.FOUND)


def _expect(answer: Answer, status: HTTPStatus) -> Answer:
    if answer.status != status:
        raise UnexpectedAnswerError(f"{answer.status} instead of {status}: {answer.body[-1500:].decode()}")
    return answer


def limit_of(name: str, bare_ms: float) -> float:
    """How many milliseconds a page may take, on a machine that is as fast as the bare page of the same run says."""
    if name == "queue":
        return QUEUE_TIMES_BARE_PAGE * bare_ms
    best = min(PEERS[name].values()) * bare_ms / BARE_MS_BESIDE_PEERS
    return best if name in WRITING else best / TIMES_FASTER_THAN_PEERS


def sign_in_all(port: int, facts: Mapping[str, Any]) -> dict[str, Visitor]:
    """Everybody who is needed, signed in through the product's own page."""
    people = {}
    for who in ("assistant", "manager", "requester"):
        people[who] = Visitor(port)
        people[who].sign_in(facts[who], facts["password"])
    return people


def sign_in_barely(port: int, facts: Mapping[str, Any]) -> Visitor:
    """The assistant, signed in to the bare project."""
    assistant = Visitor(port)
    assistant.sign_in(facts["assistant"], facts["password"], email_field="username")
    return assistant
