"""Who is a delegate no longer has nothing to do with what they typed as one; the person asked for keeps everything."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from requests_app import actions as requests_actions
from requests_app.models import Attachment, ServiceRequest
from requests_app.navigation import own_open
from requests_app.request_page.reader import find_visible, reader_for
from servicedesk.notices import kinds
from servicedesk.notices.models import Notice
from servicedesk.people import actions
from servicedesk.people.access import read_person
from servicedesk.people.models import Delegation
from servicedesk.prepared import fetch_numbers
from tests import makers

pytestmark = pytest.mark.django_db
TO_WHO_ASKED = ("request_logged", "request_replied", "promise_made", "request_resolved", "request_waits_for_you")


@pytest.fixture
def office():
    return makers.make_served_office("EO")


@pytest.fixture
def assistant(office):
    return office.people.get()


@pytest.fixture
def typed(office):
    """Ravi's request, typed by his delegate Amina."""
    ravi, amina = makers.make_person("Ravi Banerjee"), makers.make_person("Amina Farah")
    makers.make_delegation(ravi, amina)
    return makers.make_request(office, ravi, by=amina, title="Visa for Lagos")


@pytest.fixture
def attachment(typed, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = ContentFile(b"%PDF-1.7\n", name="visa.pdf")
    facts = {"name": "visa.pdf", "content_type": "application/pdf", "size": 9, "at": timezone.now()}
    return Attachment.objects.create(service_request=typed, by=typed.entered_by, file=file, **facts)


def end(typed: ServiceRequest) -> None:
    actions.remove_delegation(delegation_id=Delegation.objects.get(principal=typed.requester).pk)


def statuses(client, person, typed, attachment) -> list[int]:
    client.force_login(person)
    address = typed.get_absolute_url()
    return [
        client.get(address).status_code,
        client.get(reverse("requests:attachment", args=[typed.reference, attachment.pk])).status_code,
        client.post(reverse("requests:add", args=[typed.reference]), {"body": ""}).status_code,
        client.post(reverse("requests:withdraw", args=[typed.reference]), {"reason": "x" * 20_000}).status_code,
    ]


def test_delegate_reaches_page_file_and_steps_only_while_they_are_one(client, typed, attachment):
    before = statuses(client, typed.entered_by, typed, attachment)

    end(typed)

    assert before == [200, 200, 422, 422]
    assert statuses(client, typed.entered_by, typed, attachment) == [404] * 4
    assert statuses(client, typed.requester, typed, attachment) == before


def listed(client, person, **query) -> bool:
    client.force_login(person)
    return "Visa for Lagos" in client.get(reverse("requests:mine"), query).content.decode()


@pytest.mark.parametrize("query", [{}, {"q": "Lagos"}], ids=["list", "search"])
def test_list_and_search_of_the_delegate_end_with_the_delegation(client, typed, query):
    was_listed = listed(client, typed.entered_by, **query)

    end(typed)

    assert was_listed
    assert not listed(client, typed.entered_by, **query)
    assert listed(client, typed.requester, **query)


def test_own_open_ends_with_the_delegation(typed):
    def counted() -> list[tuple[int, ...]]:
        counts = [own_open(read_person(person.pk)) for person in (typed.entered_by, typed.requester)]
        return [fetch_numbers([count.sql], count.values) for count in counts]

    before = counted()

    end(typed)

    assert (before, counted()) == ([(1,), (1,)], [(0,), (1,)])


def test_reply_after_the_delegation_is_mailed_to_the_requester_alone(typed, assistant):
    end(typed)

    requests_actions.reply(service_request_id=typed.pk, body="Granted", by=assistant)

    told = Notice.objects.filter(kind="request_replied")
    assert [notice.recipient for notice in told] == [typed.requester]


@pytest.mark.parametrize("kind", TO_WHO_ASKED)
def test_letter_that_still_waits_is_dropped_for_the_delegate_alone(typed, kind):
    for person in (typed.requester, typed.entered_by):
        Notice.objects.get_or_create(
            kind=kind, about=typed.about, occasion="message:1:0", recipient=person, due_at=timezone.now()
        )
    due = Notice.objects.filter(kinds.get(kind).still_due(), kind=kind, occasion="message:1:0")
    were_due = {notice.recipient for notice in due.all()}

    end(typed)

    assert were_due == {typed.requester, typed.entered_by}
    assert {notice.recipient for notice in due.all()} == {typed.requester}


def test_executive_who_was_a_delegate_goes_on_reading_but_asks_nothing_more(office, typed):
    actions.add_membership(office_id=office.pk, person=typed.entered_by, role="executive")
    readers = []
    for step in (lambda typed: None, end):
        step(typed)
        executive = read_person(typed.entered_by_id)
        readers.append(reader_for(executive, find_visible(executive, typed.reference)))

    assert [(reader.reads_all, reader.is_asker) for reader in readers] == [(True, True), (True, False)]


def test_assistant_speaks_for_whom_they_typed_it_while_they_work_there(client, office, assistant):
    makers.make_assistant(office)
    typed = makers.make_request(office, makers.make_person(), by=assistant, title="Visa for Lagos")
    asked = Notice.objects.filter(kind="request_replied", recipient=assistant)
    was_listed = listed(client, assistant)
    requests_actions.reply(service_request_id=typed.pk, body="Soon", by=assistant)
    was_told = asked.count()

    actions.remove_membership(membership_id=assistant.memberships.get().pk)
    requests_actions.reply(service_request_id=typed.pk, body="Granted", by=office.people.get())

    assert (was_listed, was_told) == (True, 1)
    assert (listed(client, assistant), asked.count()) == (False, 1)
    assert find_visible(read_person(assistant.pk), typed.reference) is None
