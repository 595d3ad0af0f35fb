"""The ledger of promises: what is counted, on which day, for whom, and who may see it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.daily import count_days
from requests_app import actions
from requests_app.ledger import Span, Wanted, ledger_page, tallies, total
from requests_app.models import Promise
from tests import makers

pytestmark = pytest.mark.django_db
LEDGER = reverse("requests:promise-ledger")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def noon(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


def promise(office, by, *, made: timedelta, due: timedelta) -> Promise:
    """Made and due so long before now."""
    service_request = makers.make_request(office, now=NOW - made)
    return actions.defer(service_request_id=service_request.pk, due_at=NOW - due, by=by, now=NOW - made)


def kept(office, by, *, ago: timedelta) -> Promise:
    made = promise(office, by, made=ago + HOUR, due=ago - HOUR)
    actions.keep_promise_elsewhere(service_request_id=made.service_request_id, by=by, now=NOW - ago)
    return made


def late(office, by, *, due: timedelta) -> Promise:
    made = promise(office, by, made=due + HOUR, due=due)
    actions.keep_promise_elsewhere(service_request_id=made.service_request_id, by=by, now=NOW - due + 2 * HOUR)
    return made


def moved(office, by, *, ago: timedelta, agreed: bool) -> Promise:
    made = promise(office, by, made=ago + HOUR, due=ago - HOUR)
    actions.defer(service_request_id=made.service_request_id, due_at=NOW + 9 * DAY, by=by, agreed=agreed, now=NOW - ago)
    return made


def void(office, by, *, ago: timedelta) -> Promise:
    made = promise(office, by, made=ago + HOUR, due=ago - HOUR)
    requester = made.service_request.requester
    actions.withdraw(service_request_id=made.service_request_id, by=requester, now=NOW - ago)
    return made


@pytest.fixture
def every_end(office, assistant) -> dict[str, Promise]:
    return {
        "kept": kept(office, assistant, ago=2 * DAY),
        "late": late(office, assistant, due=3 * DAY),
        "missed": promise(office, assistant, made=2 * DAY, due=DAY),
        "moved": moved(office, assistant, ago=4 * DAY, agreed=True),
        "unagreed": moved(office, assistant, ago=5 * DAY, agreed=False),
        "void": void(office, assistant, ago=6 * DAY),
        "open": promise(office, assistant, made=HOUR, due=-HOUR),
    }


@pytest.fixture
def week(office) -> Span:
    return Span(office, date(2026, 11, 17), date(2026, 11, 24))


def counts(tally) -> tuple[int, ...]:
    return tally.made, tally.kept, tally.moved, tally.broken, tally.void, tally.open


def test_tallies_count_each_end_for_who_made_the_promise(office, assistant, every_end, week):
    other = makers.make_assistant(office, "Abel")
    kept(office, other, ago=DAY)

    found = tallies(week, NOW)

    assert [tally.name for tally in found] == ["Abel", "Dana Okafor"]
    assert [counts(tally) for tally in found] == [(1, 1, 0, 0, 0, 0), (9, 1, 1, 3, 1, 1)]
    assert counts(total(found)) == (10, 2, 1, 3, 1, 1)
    assert total(found).share == "2 of 5, 40 %"


def test_tallies_agree_with_the_figures_of_the_dashboard(office, every_end, week):
    days = count_days(office, None, NOW)

    ours = total(tallies(week, NOW))

    theirs = [sum(getattr(day, name) for day in days.values()) for name in ("kept", "moved", "broken")]
    assert [ours.kept, ours.moved, ours.broken] == theirs


def test_tallies_know_no_other_office(assistant, every_end):
    elsewhere = Span(makers.make_office(), date(2026, 11, 17), date(2026, 11, 24))

    assert tallies(elsewhere, NOW) == []


def test_tallies_of_nothing_judged_name_no_share(office, assistant, week):
    promise(office, assistant, made=HOUR, due=-HOUR)

    (found,) = tallies(week, NOW)

    assert (found.share, found.interval) == ("nothing to count yet", "")


@pytest.mark.parametrize(("due", "counted"), [("2026-11-24T23:30", 1), ("2026-11-25T00:30", 0)])
def test_tallies_count_by_the_days_of_the_office(office, assistant, requester, due, counted):
    office.time_zone = "America/New_York"
    office.save()
    span = Span(office, date(2026, 11, 24), date(2026, 11, 24))
    due_at = datetime.fromisoformat(f"{due}:00-05:00")
    service_request = makers.make_request(office, requester)
    actions.defer(service_request_id=service_request.pk, due_at=due_at, by=assistant)

    found = total(tallies(span, NOW))

    assert found.open == counted


def test_open_promise_is_broken_from_the_moment_it_was_due(office, assistant, week):
    made = promise(office, assistant, made=HOUR, due=-HOUR)

    found = [total(tallies(week, now)) for now in (made.due_at, made.due_at + timedelta(seconds=1))]

    assert [(tally.open, tally.broken) for tally in found] == [(1, 0), (0, 1)]


@pytest.mark.parametrize(
    ("end", "names"),
    [
        ("", ["open", "missed", "kept", "late", "moved", "unagreed", "void"]),
        ("kept", ["kept"]),
        ("moved", ["moved"]),
        ("broken", ["missed", "late", "unagreed"]),
        ("void", ["void"]),
        ("open", ["open"]),
    ],
)
def test_ledger_page_lists_the_latest_first_and_one_end_if_asked(every_end, week, end, names):
    page = ledger_page(Wanted(week, end, None, NOW), None)

    assert [line.promise for line in page.rows] == [every_end[name] for name in names]


def test_ledger_says_what_became_of_each(sign_in, assistant, every_end):
    shown = sign_in(assistant).get(LEDGER).content.decode()

    assert "broken, and nobody got back to them yet" in shown
    assert "broken: moved without agreement" in shown
    assert shown.count("Say sorry, with a new time") == 1
    assert "Kept: 1 of 4, 25 %" in shown


def test_ledger_of_one_person_lists_theirs_and_counts_all(sign_in, office, assistant, every_end):
    other = makers.make_assistant(office, "Abel")
    theirs = kept(office, other, ago=DAY)

    page = sign_in(assistant).get(LEDGER, {"person": other.pk})

    assert [line.promise for line in page.context["page"].rows] == [theirs]
    assert [tally.name for tally in page.context["people"]] == ["Abel", "Dana Okafor"]


def test_ledger_pages_show_each_promise_once(sign_in, office, assistant, every_end, monkeypatch):
    monkeypatch.setattr("requests_app.ledger.PAGE_SIZE", 3)
    monkeypatch.setattr("servicedesk.paging.page_of.__defaults__", (3,))
    signed_in, cursor, seen = sign_in(assistant), "", []

    while cursor is not None:
        page = signed_in.get(LEDGER, {"after": cursor}).context["page"]
        seen += [line.promise.pk for line in page.rows]
        cursor = page.next_after

    assert sorted(seen) == sorted(made.pk for made in every_end.values())


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"since": "soon"}, "Give a day, such as"),
        ({"since": "1999-12-31"}, "from 2000 on."),
        ({"until": "2027-11-26"}, "Choose a day at most a year ahead."),
        ({"since": "2026-11-20", "until": "2026-11-19"}, "does not come before the first"),
        ({"since": "2025-01-01"}, "Choose at most a year at once."),
        ({"end": "eaten"}, "Choose one of the entries listed."),
    ],
)
def test_ledger_asked_for_impossible_days_says_so_and_shows_the_usual_ones(
    sign_in, assistant, every_end, asked, sentence
):
    page = sign_in(assistant).get(LEDGER, asked)

    span = page.context["span"]
    assert (span.first, span.last) == (date(2026, 10, 28), date(2026, 11, 24))
    assert sentence in page.content.decode()
    assert len(page.context["page"].rows) == len(every_end)


def test_ledger_until_an_early_day_alone_shows_the_four_weeks_before(sign_in, assistant):
    span = sign_in(assistant).get(LEDGER, {"until": "2026-05-28"}).context["span"]

    assert (span.first, span.last) == (date(2026, 5, 1), date(2026, 5, 28))


@pytest.mark.parametrize("odd", [{"after": "\x00"}, {"person": "9" * 40}, {"person": "x"}, {"since": "", "end": ""}])
def test_ledger_with_a_nonsense_address_shows_everything(sign_in, assistant, every_end, odd):
    page = sign_in(assistant).get(LEDGER, odd)

    assert len(page.context["page"].rows) == len(every_end)


def test_ledger_shows_a_manager_numbers_and_no_request(sign_in, office, every_end):
    client = sign_in(makers.make_manager(office))

    shown = client.get(LEDGER).content.decode()

    assert "Dana Okafor" in shown
    assert not [made for made in every_end.values() if made.service_request.reference in shown]
    assert client.get(reverse("requests:promise-ledger-csv", args=["promises"])).status_code == 404


def test_ledger_offers_the_apology_to_assistants_alone(sign_in, office, every_end):
    shown = sign_in(makers.make_executive(office)).get(LEDGER).content.decode()

    assert "broken, and nobody got back to them yet" in shown
    assert "Say sorry" not in shown


def test_ledger_as_csv_counts_by_person(sign_in, assistant, every_end):
    answer = sign_in(assistant).get(reverse("requests:promise-ledger-csv", args=["people"]))

    assert answer["Content-Disposition"] == 'attachment; filename="eo-people.csv"'
    assert answer.content.decode().splitlines()[1:] == ["Dana Okafor,9,1,1,3,1,1"]


def test_ledger_as_csv_lists_what_was_asked_for_without_formulas(sign_in, office, assistant):
    service_request = makers.make_request(office, makers.make_person("=Eve"))
    actions.defer(
        service_request_id=service_request.pk, due_at=timezone.now() + HOUR, by=assistant, words="=1+1 by {time}"
    )
    kept(office, assistant, ago=DAY)

    answer = sign_in(assistant).get(reverse("requests:promise-ledger-csv", args=["promises"]), {"end": "open"})

    (line,) = answer.content.decode().splitlines()[1:]
    assert line == (
        "EO-1001,'=Eve,Dana Okafor,2026-11-24T13:00+01:00,2026-11-24T14:00+01:00,,not yet due,'=1+1 by {time}"
    )


def test_ledger_table_of_another_name_does_not_exist(sign_in, assistant):
    assert sign_in(assistant).get(reverse("requests:promise-ledger-csv", args=["others"])).status_code == 404


def test_ledger_stays_within_its_statements(sign_in, office, assistant, every_end, django_assert_max_num_queries):
    for days in range(1, 9):
        kept(office, assistant, ago=days * DAY)
    signed_in = sign_in(assistant)

    with django_assert_max_num_queries(10):
        signed_in.get(LEDGER)
