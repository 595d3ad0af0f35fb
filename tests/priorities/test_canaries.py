"""What is sealed is nowhere to be found for those it is about: not as a word, nor as a difference in what they are shown."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from priorities import actions as ranking
from requests_app import actions
from requests_app.models import ServiceRequest
from servicedesk.notices.models import Notice
from servicedesk.notices.writing import write
from tests.access_matrix import RULES, Rule
from tests.house import ADMINISTRATOR, ASSISTANT, DELEGATE, MANAGER, REQUESTER, House
from tests.makers import make_assistant, make_request
from tests.priorities.canaries import CANARIES, EVIDENCE, NOTE, RATING, TALK, make_company, plant, plant_everything

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
# Drawn anew for every page: tokens against forgery, keys of forms, the number of the answer.
DRAWN = re.compile(r"[A-Za-z0-9]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}")
OF_REQUEST = ("requests:", "priorities:")
# What a manager reads of the customers by right; of themselves they find nothing there either.
READ_BY_MANAGERS = ("priorities:customer", "priorities:expiring")


def shown(client: Client, address: str, **more) -> str:
    """Everything that answers a GET, its status and headers included, without what is drawn anew each time."""
    with transaction.atomic():
        response = client.get(address, **more)
        transaction.set_rollback(True)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = [f"{name}: {value}" for name, value in response.headers.items() if name != "Content-Security-Policy"]
    answer = "\n".join([str(response.status_code), *headers, unescape(body.decode(errors="replace"))])
    return DRAWN.sub("…", answer)


def signed_in(person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def everything_shown(house: House, role: str) -> dict[str, str]:
    """Every address of the product as the role sees it, whole and as a fragment, and every search."""
    client = signed_in(house.people[role])
    pages = {}
    for rule in RULES:
        is_read_by_right = role == MANAGER and rule.name.startswith(READ_BY_MANAGERS)
        if rule.name != "account_logout" and not is_read_by_right:
            address = reverse(rule.name, kwargs=rule.arguments(house))
            pages[rule.name] = shown(client, address)
            if rule.name.startswith(OF_REQUEST):
                pages[f"{rule.name} as a fragment"] = shown(client, address, headers=HTMX)
    for address in ("/requests/", "/requests/search/", "/queue/", "/notes/"):
        for word in CANARIES:
            pages[f"{address} searched for {word}"] = shown(client, address, query_params={"q": word})
    return pages


def lines_of_one_only(before: str, after: str) -> set[str]:
    return set(before.splitlines()) ^ set(after.splitlines())


@pytest.fixture
def undone(house):
    """The house, with whatever a test does to it undone, at a moment that stands still."""
    with transaction.atomic(), time_machine.travel(timezone.now(), tick=False):
        yield house
        transaction.set_rollback(True)


@pytest.mark.parametrize("role", [REQUESTER, DELEGATE, ADMINISTRATOR])
def test_pages_are_the_same_whatever_the_office_thinks_notes_agrees_moves_and_weighs(undone, role):
    colleague = make_company(undone)
    before = everything_shown(undone, role)
    rows = ServiceRequest.objects.filter(requester=undone.people[REQUESTER], closed_at=None)

    plant_everything(undone, colleague)

    after = everything_shown(undone, role)
    assert {name: lines_of_one_only(before[name], after[name]) for name in before if after[name] != before[name]} == {}
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("requests:detail", (NOTE, TALK)),
        ("priorities:judge", (EVIDENCE,)),
        ("priorities:support", (RATING,)),
    ],
)
def test_assistant_of_the_office_reads_what_is_kept_there(undone, address, words):
    plant(undone.service_request, undone.people[ASSISTANT])

    page = shown(signed_in(undone.people[ASSISTANT]), reverse(address, args=[undone.reference]))

    assert [word for word in words if word not in page] == []


def test_letters_to_the_askers_hold_nothing_sealed(undone):
    assistant, about = undone.people[ASSISTANT], {"service_request_id": undone.service_request.pk}
    plant(undone.service_request, assistant)
    now = timezone.now()
    steps = [
        (actions.reply, {"body": "Yes"}),
        (actions.wait_for_requester, {"question": "Which?"}),
        (actions.defer, {"due_at": now + timedelta(hours=4)}),
        (actions.move_promise, {"due_at": now + timedelta(hours=5)}),
        (actions.resolve, {"body": "Done"}),
        (actions.reopen, {}),
    ]
    for act, said in steps:
        act(**about, by=assistant, **said)

    askers = [undone.people[REQUESTER], undone.people[DELEGATE]]
    notices = Notice.objects.filter(recipient__in=askers, about=undone.service_request.about).select_related(
        "recipient"
    )
    letters = [write(notice, now=now).as_string() for notice in notices]

    assert {notice.kind for notice in notices} >= {"request_replied", "request_waits_for_you", "promise_made"}
    assert [word for word in CANARIES for letter in letters if word in letter] == []


def own_request(house: House) -> ServiceRequest:
    """A request of the assistant to their own office, and what a colleague keeps of it."""
    own = make_request(house.office, house.people[ASSISTANT], title="A desk lamp")
    plant(own, make_assistant(house.office, "Ben Okoye"))
    return own


def about(rule: Rule, house: House, own: ServiceRequest) -> str:
    arguments = dict(rule.arguments(house))
    if "reference" in arguments:
        arguments["reference"] = own.reference
    if "pk" in arguments and "reference" in arguments:
        arguments["pk"] = own.attachments.get().pk
    return reverse(rule.name, kwargs=arguments)


def test_assistant_reads_nowhere_what_colleagues_keep_of_their_own_request(undone):
    own = own_request(undone)
    client = signed_in(undone.people[ASSISTANT])
    rules = [rule for rule in RULES if rule.name.startswith(OF_REQUEST)]

    pages = {
        (rule.name, fragment): shown(client, about(rule, undone, own), headers=HTMX if fragment else {})
        for rule in rules
        for fragment in (False, True)
    }

    assert {name: word for name, page in pages.items() for word in CANARIES if word in page} == {}
    assert "A desk lamp" in pages["requests:detail", False]


@pytest.mark.parametrize("address", ["/requests/", "/requests/search/", "/queue/"])
@pytest.mark.parametrize("word", [NOTE, TALK])
def test_assistant_finds_their_own_request_by_no_word_of_a_colleagues_note(undone, address, word):
    own = own_request(undone)
    other = make_request(undone.office, title="Another")
    actions.add_note(service_request_id=other.pk, body=word, by=undone.people[ASSISTANT])

    page = shown(signed_in(undone.people[ASSISTANT]), address, query_params={"q": word})

    assert f"/requests/{own.reference}/" not in page
    assert (f"/requests/{other.reference}/" in page) == (address != "/requests/")


def test_queue_explains_others_to_an_assistant_alike_whatever_is_kept_of_their_own(undone):
    own = make_request(undone.office, undone.people[ASSISTANT])
    client = signed_in(undone.people[ASSISTANT])
    address = reverse("priorities:why", args=[undone.reference])
    before = shown(client, address)

    # Their own stands behind: what is thought of it moves nobody.
    ranking.judge_request(
        service_request_id=own.pk,
        levels={"alignment": 0, "sole_provider": 0, "agreement": 0},
        standing=ranking.JudgedStanding(0, 0),
        by=make_assistant(undone.office, "Ben Okoye"),
    )

    assert shown(client, address) == before
