"""Finding requests by their words, with PostgreSQL's own full-text search.

The matches are read first, by a statement of their own: planned together with an ordered page, PostgreSQL would
walk the whole table in that order for a rare word.
"""

import re
from collections import Counter
from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet, Value
from django.utils.translation import gettext as _

from servicedesk.people import access
from servicedesk.people.models import User

if TYPE_CHECKING:
    from requests_app.models.service_request import ServiceRequest, ServiceRequestQuerySet

PROBED = 5000
MOST_MATCHES = 1000
NEWEST_OF_COMMON = 250
LONGEST_QUERY = 200
SHORTEST_PREFIX = 3
OPEN_KINDS = ("reply", "addition")  # of Message; its model stands on the one that searches here
REFERENCE = re.compile(r"#?(?:([A-Za-z]{2,5})[-\s]?)?(\d{1,9})")
OPERATORS = re.compile(r"[\"“”]|(?:^|\s)(?:-|or\s)", re.IGNORECASE)


def tidy(text: str) -> str:
    """What is searched for: one line without characters that PostgreSQL cannot store, of a bounded length."""
    return " ".join("".join(char if char.isprintable() else " " for char in text[:LONGEST_QUERY]).split())


def cut_sentence(text: str) -> str:
    """Say that not all of a text was searched for; nothing when it was."""
    if len(text) <= LONGEST_QUERY:
        return ""
    return _("Only the first %(most)d characters were searched for. Fewer words find more.") % {"most": LONGEST_QUERY}


def query_for(words: str) -> SearchQuery:
    """Every word, quotes, OR and minus as on the web; the last word may be still unfinished."""
    *head, last = words.split(" ")
    plain = SearchQuery(words, config="simple", search_type="websearch")
    if len(last) < SHORTEST_PREFIX or OPERATORS.search(words):
        return plain
    escaped = last.replace("\\", "\\\\").replace("'", "''")
    unfinished = SearchQuery(f"'{escaped}':*", config="simple", search_type="raw")
    if not head:
        return unfinished
    return SearchQuery(" ".join(head), config="simple", search_type="websearch") & unfinished


def by_reference(words: str) -> Q:
    """Row filter for “EO-1042”, “eo 1042” and “1042”; matches nothing for other words."""
    match = REFERENCE.fullmatch(words)
    if match is None:
        return Q(pk__in=())
    prefix, number = match.groups()
    if prefix:
        return Q(reference=f"{prefix.upper()}-{int(number)}")
    return Q(number=int(number))


def matching_ids(within: "ServiceRequestQuerySet", text: str, user: User) -> list[int]:
    """Ids of the requests in `within` that hold the words, newest first. Runs a query, one more for a common word.

    Sealed notes count only in offices whose queue the person reads, and never on a request of their own.
    """
    words = tidy(text)
    if not words:
        return []
    reading = sorted(access.access_of(user).offices_as(access.Role.ASSISTANT, access.Role.EXECUTIVE))
    sealed_open_to = Q(office_id__in=reading) & ~Q(requester_id=user.pk)
    visible, wanted = within.visible_to(user).order_by(), query_for(words)
    arms = (
        visible.filter(search=wanted),
        visible.filter(sealed_open_to | Q(messages__kind__in=OPEN_KINDS), messages__search=wanted),
        visible.filter(by_reference(words)),
    )
    found = list(_either(arms))
    counts = Counter(arm for _pk, arm in found)
    # Of a common word the probe holds any matches, not the newest: its arm is read again, and only that is kept.
    ids = {pk for pk, arm in found if counts[arm] < PROBED}
    for number, count in counts.items():
        if count >= PROBED:  # so common a word that walking from the newest finds enough at once
            ids.update(arms[number].order_by("-pk").values_list("pk", flat=True)[:NEWEST_OF_COMMON])
    return sorted(ids, reverse=True)[:MOST_MATCHES]


def _either(arms: "tuple[ServiceRequestQuerySet, ...]") -> "QuerySet[ServiceRequest, tuple[int, int]]":
    """All arms in one statement, each bounded, each match with the number of its arm."""
    first, *others = (arm.values_list("pk", Value(number))[:PROBED] for number, arm in enumerate(arms))
    return first.union(*others, all=True)
