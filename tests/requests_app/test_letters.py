"""What the notices say, and when they are not worth sending any more."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from requests_app import actions
from requests_app.models import Event
from servicedesk.notices import kinds
from servicedesk.notices.models import Notice
from servicedesk.notices.writing import write
from tests import makers

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def still_due(kind: str) -> set[str]:
    """Occasions of the kind's notices that the claiming statement would still take."""
    return {notice.occasion for notice in rows_still_due(kind)}


def rows_still_due(*names: str) -> list[Notice]:
    found = []
    for name in names:
        condition = kinds.get(name).still_due
        rows = Notice.objects.filter(kind=name)
        found += rows.filter(condition()) if condition else rows
    return found


def letter(kind: str) -> tuple[str, str]:
    notice = Notice.objects.filter(kind=kind).select_related("recipient").latest("pk")
    written = write(notice, now=timezone.now())
    return written["Subject"], written.get_content()


def test_request_logged_says_number_answer_by_and_address(service_request, settings):
    subject, text = letter("request_logged")

    assert subject == "EO-1001: we have your request “Call back about the lease”"
    assert "You get an answer by" in text
    assert f"{settings.SITE_URL}/requests/EO-1001/" in text


def test_request_logged_for_another_names_them(office, requester):
    delegate = makers.make_person()
    makers.make_delegation(requester, delegate)

    makers.make_request(office, requester, by=delegate)

    assert "for Helena Lindqvist" in letter("request_logged")[1]


def test_request_replied_carries_the_text_unescaped_and_shortened(service_request, assistant):
    actions.reply(service_request_id=service_request.pk, body="R&D isn't <ready> " + "x" * 2000, by=assistant)

    _subject, text = letter("request_replied")

    assert "R&D isn't <ready>" in text
    assert "…" in text
    assert len(text) < 1500


def test_promise_letters_say_the_time_on_the_recipients_clock(service_request, assistant, requester):
    requester.time_zone = "Asia/Tokyo"
    requester.save()
    due = timezone.now() + timedelta(days=30)

    actions.defer(service_request_id=service_request.pk, due_at=due, by=assistant)

    assert "JST" in letter("promise_made")[1]
    assert "Dana Okafor promised Helena Lindqvist" in letter("promise_due")[1]


@pytest.mark.parametrize(
    ("agreed", "hours", "words"),
    [
        (True, 1, ("as you agreed, Dana Okafor gets back to you by", "If you did not agree to that")),
        (False, 1, ("and do not keep it. Dana Okafor gets back to you by", "If that is too late")),
        (True, 3, ("and missed it. We are sorry. Dana Okafor gets back to you by", "If that is too late")),
    ],
    ids=["agreed", "unagreed", "missed"],
)
def test_promise_made_says_what_became_of_the_one_before(service_request, assistant, agreed, hours, words):
    now = timezone.now()
    act = {"service_request_id": service_request.pk, "by": assistant}
    actions.defer(**act, due_at=now + 2 * HOUR, now=now)

    actions.defer(**act, due_at=now + 9 * HOUR, agreed=agreed, now=now + hours * HOUR)

    text = " ".join(letter("promise_made")[1].split())
    assert all(each in text for each in words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Not before lunch; by {time}.", ("Not before lunch; by Monday 11 January 2027, 18:00 JST.",)),
        ("By 10 sharp.", ("By 10 sharp.", "You hear from us by Monday 11 January 2027, 18:00 JST.")),
    ],
    ids=["with the time", "without it"],
)
def test_promise_made_in_the_assistants_words_always_says_the_time(service_request, assistant, requester, words, said):
    requester.time_zone = "Asia/Tokyo"
    requester.save()
    due_at = datetime(2027, 1, 11, 9, tzinfo=UTC)

    actions.defer(service_request_id=service_request.pk, due_at=due_at, by=assistant, words=words)

    text = " ".join(letter("promise_made")[1].split())
    assert "Dana Okafor about “Call back about the lease”:" in text
    assert all(each in text for each in said)
    assert text.count("JST") == 1


@pytest.mark.parametrize(
    ("agreed", "hours", "said"),
    [
        (True, 1, "As you agreed, this stands in place of"),
        (False, 1, "and do not keep that."),
        (True, 3, "and missed that."),
    ],
    ids=["agreed", "unagreed", "missed"],
)
def test_promise_made_in_own_words_says_what_became_of_the_one_before(service_request, assistant, agreed, hours, said):
    now = timezone.now()
    act = {"service_request_id": service_request.pk, "by": assistant}
    actions.defer(**act, due_at=now + 2 * HOUR, now=now)

    actions.defer(**act, due_at=now + 9 * HOUR, agreed=agreed, words="By {time}.", now=now + hours * HOUR)

    assert said in " ".join(letter("promise_made")[1].split())


def test_promise_due_leads_to_the_form_with_each_choice(service_request, assistant, settings):
    actions.defer(service_request_id=service_request.pk, due_at=timezone.now() + HOUR, by=assistant)

    text = letter("promise_due")[1]

    address = f"{settings.SITE_URL}/requests/EO-1001/defer/?when="
    assert all(f"{address}{choice}" in text for choice in ("10m", "1h", "tomorrow", "opening"))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("request_waits_for_you", "Which lease?"),
        ("request_added_to", "The long one"),
        ("request_resolved", "Signed."),
        ("request_reopened", "took it up again"),
        ("request_withdrawn", "Not needed"),
        ("reply_goal_near", "was told to expect an answer"),
    ],
)
def test_letters_of_a_whole_life_are_written(service_request, assistant, requester, kind, words):
    about = {"service_request_id": service_request.pk}
    actions.wait_for_requester(**about, question="Which lease?", by=assistant)
    actions.add_to_request(**about, body="The long one", by=requester)
    actions.resolve(**about, body="Signed.", by=assistant)
    actions.reopen(**about, by=assistant)
    actions.withdraw(**about, by=requester, reason="Not needed")

    subject, text = letter(kind)

    assert subject.startswith("EO-1001: ")
    assert words in text


def test_request_resolved_without_words_says_who(service_request, assistant):
    actions.resolve(service_request_id=service_request.pk, by=assistant)

    assert "Dana Okafor has finished it" in letter("request_resolved")[1]


def test_reply_goal_near_is_due_while_nobody_answered(service_request):
    assert len(still_due("reply_goal_near")) == 1


@pytest.mark.parametrize("step", ["reply", "resolve", "withdraw", "other_takes"])
def test_reply_goal_near_is_dropped_once_it_is_answered_closed_or_anothers(
    service_request, assistant, office, requester, step
):
    about = {"service_request_id": service_request.pk}
    other = makers.make_assistant(office)
    Notice.objects.exclude(recipient=assistant).delete()
    {
        "reply": lambda: actions.reply(**about, body="Yes", by=assistant),
        "resolve": lambda: actions.resolve(**about, by=assistant),
        "withdraw": lambda: actions.withdraw(**about, by=requester),
        "other_takes": lambda: actions.take(**about, by=other),
    }[step]()

    assert still_due("reply_goal_near") == set()


def test_reply_goal_near_stays_due_for_who_took_it(service_request, assistant):
    actions.take(service_request_id=service_request.pk, by=assistant)

    assert len(still_due("reply_goal_near")) == 1


def test_reminders_pass_from_an_owner_who_left_to_those_who_work_there(service_request, assistant, office):
    leaver = makers.make_assistant(office)
    actions.take(service_request_id=service_request.pk, by=leaver)
    actions.defer(service_request_id=service_request.pk, due_at=timezone.now() + HOUR, by=leaver)

    leaver.memberships.all().delete()

    recipients = {notice.recipient for notice in rows_still_due("reply_goal_near", "promise_due")}
    assert recipients == {assistant}


def test_promise_due_is_dropped_when_the_promise_moved(service_request, assistant):
    now = timezone.now()
    actions.defer(service_request_id=service_request.pk, due_at=now + HOUR, by=assistant)
    second = actions.defer(service_request_id=service_request.pk, due_at=now + 2 * HOUR, by=assistant)

    assert still_due("promise_due") == {f"promise:{second.pk}"}


def test_promise_due_is_for_the_owner_only(service_request, assistant, office):
    other = makers.make_assistant(office)

    actions.defer(service_request_id=service_request.pk, due_at=timezone.now() + HOUR, by=other)

    due = Notice.objects.filter(kinds.get("promise_due").still_due(), kind="promise_due")
    assert [notice.recipient for notice in due] == [other]


def test_request_waits_for_you_reminders_are_dropped_after_the_answer(service_request, assistant, requester):
    asked = actions.wait_for_requester(service_request_id=service_request.pk, question="?", by=assistant)
    message = asked.events.get(kind=Event.Kind.WAITING).message_id
    before = still_due("request_waits_for_you")

    actions.add_to_request(service_request_id=service_request.pk, body="This", by=requester)

    assert before == {f"message:{message}:{times}" for times in range(3)}
    assert still_due("request_waits_for_you") == {f"message:{message}:0"}


def test_conditions_on_strange_rows_do_not_break(service_request, assistant):
    Notice.objects.create(
        kind="reply_goal_near", about="account:x", occasion="day-3", recipient=assistant, due_at=timezone.now()
    )
    Notice.objects.create(
        kind="promise_due", about="x", occasion="promise:", recipient=assistant, due_at=timezone.now()
    )

    assert still_due("promise_due") == set()
    assert len(still_due("reply_goal_near")) == 1


def test_context_of_a_request_that_is_gone_is_none(service_request, requester):
    notice = Notice(kind="request_logged", about="request:0", occasion="once", recipient=requester)

    assert kinds.get("request_logged").context(notice) is None


def test_what_was_added_is_not_told_to_an_assistant_who_left_before_it_was_sent(service_request, assistant, requester):
    actions.add_to_request(service_request_id=service_request.pk, body="More", by=requester)
    before = still_due("request_added_to")

    assistant.memberships.all().delete()

    assert len(before) == 1
    assert still_due("request_added_to") == set()


def test_reopening_is_told_to_the_asker_and_to_who_works_in_the_office(service_request, assistant, office, requester):
    other = makers.make_assistant(office)
    actions.resolve(service_request_id=service_request.pk, by=assistant)

    actions.reopen(service_request_id=service_request.pk, by=assistant)

    assert {notice.recipient for notice in rows_still_due("request_reopened")} == {other, requester}
