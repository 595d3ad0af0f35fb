"""What may be forgotten: every way in which an open request is without an owner or a next date, the page, and the night."""

from datetime import datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from requests_app import actions
from requests_app.actions.checking_nights import UNOWNED_KIND, check_nights
from requests_app.models import NightCheck, Promise, ServiceRequest
from requests_app.tasks import look_for_unowned
from requests_app.unowned import Reason, last_reminder, tallies, unowned
from servicedesk.notices import kinds
from servicedesk.notices.models import Notice
from servicedesk.notices.writing import write
from tests import makers

pytestmark = pytest.mark.django_db
PAGE = reverse("requests:unowned")
BERLIN = ZoneInfo("Europe/Berlin")
LONG_AGO = timedelta(days=30)


@pytest.fixture
def ask(office, requester):
    return lambda **more: makers.make_request(office, requester, **more)


def about(service_request, by):
    return {"service_request_id": service_request.pk, "by": by}


def wait(service_request, by, *, ago=timedelta(0)):
    now = timezone.now() - ago
    actions.wait_for_requester(**about(service_request, by), question="Which one?", now=now)


def reason_of(service_request, now=None):
    found = unowned(now or timezone.now()).filter(pk=service_request.pk).first()
    return found.reason if found else None


def answered(service_request, by):
    actions.reply(**about(service_request, by), body="We look into it")
    return service_request


def owner_gone(ask, assistant):
    service_request = ask()
    # As an import or an earlier version may have left it: who leaves by the product's own steps gives everything back.
    ServiceRequest.objects.filter(pk=service_request.pk).update(assignee=makers.make_person())
    return service_request


def asker_gone(ask, assistant):
    service_request = ask()
    wait(service_request, assistant)
    service_request.requester.is_active = False
    service_request.requester.save()
    return service_request


def waits_for_nobody_of_ours(ask, assistant):
    service_request = ask()
    wait(service_request, assistant)
    actions.release_all(person_ids=[assistant.pk], office_id=None)
    return service_request


def deferred_by_who_left(ask, assistant):
    service_request = ask()
    actions.defer(**about(service_request, assistant), due_at=timezone.now() + timedelta(days=2))
    actions.release_all(person_ids=[assistant.pk], office_id=None)
    return service_request


def deferred_without_promise(ask, assistant):
    service_request = ask()
    actions.defer(**about(service_request, assistant), due_at=timezone.now() + timedelta(days=2))
    Promise.objects.filter(service_request=service_request).delete()
    return service_request


def waits_after_the_last_reminder(ask, assistant):
    service_request = ask(now=timezone.now() - LONG_AGO)
    wait(service_request, assistant, ago=last_reminder() + timedelta(minutes=1))
    return service_request


def answered_and_left(ask, assistant):
    return answered(ask(), assistant)


def answered_and_given_back(ask, assistant):
    service_request = answered(ask(), assistant)
    actions.release(**about(service_request, assistant))
    return service_request


WAYS = [
    (owner_gone, Reason.OWNER_GONE),
    (asker_gone, Reason.ASKER_GONE),
    (waits_for_nobody_of_ours, Reason.SET_ASIDE),
    (deferred_by_who_left, Reason.SET_ASIDE),
    (deferred_without_promise, Reason.NO_PROMISE),
    (waits_after_the_last_reminder, Reason.WAITS_LONG),
    (answered_and_left, Reason.NO_DATE),
    (answered_and_given_back, Reason.NO_DATE),
]


@pytest.mark.parametrize(("make", "reason"), WAYS)
def test_unowned_holds_each_way_with_its_reason(ask, assistant, make, reason):
    service_request = make(ask, assistant)

    assert reason_of(service_request) == reason


def unanswered(ask, assistant):
    return ask()


def taken(ask, assistant):
    service_request = ask()
    actions.take(**about(service_request, assistant))
    return service_request


def promised(ask, assistant):
    service_request = answered(ask(), assistant)
    actions.defer(**about(service_request, assistant), due_at=timezone.now() + timedelta(hours=2))
    return service_request


def promised_and_taken(ask, assistant):
    service_request = promised(ask, assistant)
    actions.take(**about(service_request, assistant))
    return service_request


def agreed(ask, assistant):
    service_request = answered(ask(), assistant)
    actions.agree_date(**about(service_request, assistant), agreed_at=timezone.now() + timedelta(days=2))
    return service_request


def asked_back(ask, assistant):
    service_request = ask()
    wait(service_request, assistant)
    return service_request


def done(ask, assistant):
    service_request = answered(ask(), assistant)
    actions.resolve(**about(service_request, assistant))
    return service_request


@pytest.mark.parametrize("make", [unanswered, taken, promised, promised_and_taken, agreed, asked_back, done])
def test_unowned_leaves_out_what_somebody_has_and_what_has_a_date(ask, assistant, make):
    assert reason_of(make(ask, assistant)) is None


def test_unowned_takes_a_missed_date_for_a_date(ask, assistant):
    rows = [promised(ask, assistant), agreed(ask, assistant)]

    assert [reason_of(row, now=timezone.now() + timedelta(days=9)) for row in rows] == [None, None]


def test_tallies_count_by_reason_in_one_office(office, ask, assistant):
    answered_and_left(ask, assistant)
    answered_and_left(ask, assistant)
    deferred_without_promise(ask, assistant)
    elsewhere = makers.make_office("ZZ")
    answered(makers.make_request(elsewhere), makers.make_assistant(elsewhere))

    counted = tallies(office, timezone.now())

    assert [(tally.reason, tally.number) for tally in counted] == [(Reason.NO_PROMISE, 1), (Reason.NO_DATE, 2)]


def form_of(page, reference):
    """Where the first button of a request's row sends, as the page has it."""
    row = next(row for row in page.context["rows"] if row.service_request.reference == reference)
    typed = {"next": PAGE, "seen_version": row.service_request.version}
    return reverse(row.step.url_name, args=[reference]), typed | {"when": page.context["later"]}


@pytest.mark.parametrize(("make", "_reason"), WAYS)
def test_page_mends_each_way_by_one_press_or_leads_to_the_next(sign_in, ask, office, make, _reason):
    second = makers.make_assistant(office)
    service_request = make(ask, makers.make_assistant(office))
    signed_in = sign_in(second)
    address, typed = form_of(signed_in.get(PAGE), service_request.reference)

    answer = signed_in.post(address, typed)

    left = reason_of(service_request)
    # Back from somebody who has left, it is in the queue again, answered as it was: that still needs a date.
    assert (answer.status_code, answer.url) == (302, PAGE)
    assert left in (None, Reason.NO_DATE if make is asker_gone else None)


def test_page_promise_is_for_the_next_working_morning_and_told(sign_in, ask, assistant, requester):
    service_request = answered_and_left(ask, assistant)
    signed_in = sign_in(assistant)
    address, typed = form_of(signed_in.get(PAGE), service_request.reference)

    signed_in.post(address, typed)

    promise = Promise.objects.get(service_request=service_request)
    assert promise.due_at == service_request.office.next_opening(promise.made_at)
    assert Notice.objects.filter(kind="promise_made", recipient=requester).exists()


def test_page_after_a_change_by_somebody_else_is_told_so(sign_in, ask, assistant, office):
    service_request = answered_and_left(ask, assistant)
    signed_in = sign_in(assistant)
    address, typed = form_of(signed_in.get(PAGE), service_request.reference)
    actions.take(**about(service_request, makers.make_assistant(office)))

    assert signed_in.post(address, typed).status_code == 409


def test_page_pages_on_from_the_oldest_in_a_fixed_number_of_queries(
    sign_in, office, requester, assistant, django_assert_num_queries
):
    now = timezone.now()
    rows = [makers.make_request(office, requester, now=now - timedelta(hours=60 - hour)) for hour in range(52)]
    ServiceRequest.objects.update(first_reply_at=now)
    signed_in = sign_in(assistant)
    signed_in.get(PAGE)

    with django_assert_num_queries(7):
        first = signed_in.get(PAGE)
    second = signed_in.get(PAGE, {"after": first.context["page"].next_after})

    shown = [row.service_request.pk for row in [*first.context["rows"], *second.context["rows"]]]
    assert shown == [row.pk for row in rows]
    assert first.context["total"] == "52"


def test_page_of_an_office_in_order_says_so(sign_in, assistant, service_request):
    page = unescape(sign_in(assistant).get(PAGE).content.decode())

    assert "Every open request has an owner or stands in the queue, and has a next date." in page


def night(hour, minute=5):
    return datetime(2026, 3, 10, hour, minute, tzinfo=BERLIN)


def letters():
    return Notice.objects.filter(kind=UNOWNED_KIND)


@pytest.fixture
def berlin(office):
    """The office in Berlin, with a request that may be forgotten, at a moment before its night."""
    office.time_zone = "Europe/Berlin"
    office.save()
    with time_machine.travel(night(1), tick=False):
        yield office


def test_check_nights_tells_each_assistant_once_at_the_opening(berlin, ask, assistant):
    answered_and_left(ask, assistant)
    second = makers.make_assistant(berlin)

    for _time in range(3):
        check_nights(now=night(3))
    check_nights(now=night(7))

    assert {notice.recipient for notice in letters()} == {assistant, second}
    assert {notice.due_at for notice in letters()} == {berlin.next_opening(night(3))}
    assert NightCheck.objects.get().found == 1


def test_check_nights_before_three_in_the_offices_morning_does_nothing(berlin, ask, assistant):
    answered_and_left(ask, assistant)

    check_nights(now=night(2, 59))

    assert not NightCheck.objects.exists()


def test_check_nights_after_a_worker_slept_checks_late_and_once(berlin, ask, assistant):
    answered_and_left(ask, assistant)

    check_nights(now=night(15))
    check_nights(now=night(16))

    assert letters().count() == 1


def test_check_nights_with_nothing_found_writes_no_letter_that_day(berlin, ask, assistant):
    check_nights(now=night(3))
    answered_and_left(ask, assistant)

    check_nights(now=night(4))

    assert not letters().exists()
    assert NightCheck.objects.get().found == 0


def test_check_nights_of_an_office_nobody_works_for_tells_its_managers(office, ask, assistant):
    manager = makers.make_manager(office)
    ask()
    assistant.memberships.all().delete()

    with time_machine.travel(night(9), tick=False):
        look_for_unowned()

    letter = write(letters().get(), now=timezone.now())
    assert letters().get().recipient == manager
    assert letter["Subject"] == "Office of the CEO: nobody works its queue"
    assert "1 request is open, and the office has no assistant" in letter.get_content()


def test_letter_tells_the_number_and_the_page_and_no_request(berlin, ask, assistant):
    service_request = answered_and_left(ask, assistant)
    check_nights(now=night(3))

    letter = write(letters().get(), now=night(9))

    assert letter["Subject"] == "Office of the CEO: 1 open request may be forgotten"
    assert f"/requests/unowned/?office={berlin.pk}" in letter.get_content()
    assert service_request.title not in letter.get_content()


@pytest.mark.parametrize("mended", ["seen to", "left the office"])
def test_letter_is_dropped_once_it_is_no_longer_due(berlin, ask, assistant, mended):
    service_request = answered_and_left(ask, assistant)
    check_nights(now=night(3))
    due = letters().filter(kinds.get(UNOWNED_KIND).still_due())
    was_due = due.exists()

    if mended == "seen to":
        actions.resolve(**about(service_request, assistant))
    else:
        assistant.memberships.all().delete()

    assert (was_due, due.exists()) == (True, False)
