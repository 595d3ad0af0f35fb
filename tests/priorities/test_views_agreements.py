"""The pages about agreements: who reads, who writes, and what a form answers."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from priorities import actions
from priorities.agreements import expiring_agreements, unconfirmed_agreements
from priorities.models import Agreement, Rank, StandingLook
from servicedesk.paging import PAGE_SIZE
from servicedesk.people.changes import latest_change
from tests.makers import (
    make_assistant,
    make_department,
    make_executive,
    make_manager,
    make_office,
    make_person,
    make_request,
)
from tests.priorities.agreeing import agree, terms

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LIST = reverse("priorities:agreements")
NEW = reverse("priorities:agreement-new")


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def assistant(office, client):
    assistant = make_assistant(office, "Dana Okafor")
    client.force_login(assistant)
    return assistant


@pytest.fixture
def ravi():
    return make_person("Ravi Banerjee", "ravi@example.org")


@pytest.fixture
def today(office):
    return timezone.localdate(timezone=office.zone)


def kept(office, party, *, by=None, **said):
    return agree(office, party, by=by, now=timezone.now(), **said)


def filled(today, **said):
    return {"about": "First call", "starts_on": today.isoformat(), "level": "3", "person": "", "department": ""} | said


def address(name, agreement):
    return reverse(f"priorities:{name}", args=[agreement.pk])


def changed(agreement, **said):
    seen = latest_change(agreement.name_in_changes)
    return {"about": "Weekly call", "starts_on": "2026-03-01", "level": "4", "seen": seen} | said


def test_agreements_say_with_whom_and_what_they_force(client, office, assistant, ravi):
    kept(office, ravi, is_formal=True, within_working_days=5, kind="call")

    page = client.get(LIST).text

    assert "Ravi Banerjee" in page
    assert "done within 5 working days, level 3 or more" in page
    assert "formal · Call" in page


def test_agreements_stand_under_the_tab_of_their_days(client, office, assistant, ravi, today):
    kept(office, ravi, about="Runs now")
    kept(office, ravi, about="Comes later", kind="call", starts_on=today + DAY)
    ended = kept(office, ravi, about="Was ended", kind="meeting")
    actions.end_agreement(agreement_id=ended.pk, by=assistant)

    pages = {state: client.get(LIST, {"state": state}).text for state in ("", "nonsense", "beginning", "over")}

    said = {
        state: [about for about in ("Runs now", "Comes later", "Was ended") if about in pages[state]] for state in pages
    }
    assert said == {"": ["Runs now"], "nonsense": ["Runs now"], "beginning": ["Comes later"], "over": ["Was ended"]}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "ravi first"}, ["First call"]),
        ({"q": "minuted"}, ["Signed paper"]),
        ({"q": "harbour"}, ["Signed paper"]),
        ({"q": "\x00nobody"}, []),
        ({"formality": "formal"}, ["Signed paper"]),
        ({"formality": "informal"}, ["First call"]),
        ({"formality": "nonsense"}, ["First call", "Signed paper"]),
    ],
)
def test_agreements_are_narrowed_by_words_and_formality(client, office, assistant, ravi, asked, found):
    kept(office, ravi, about="First call")
    kept(office, make_department("Harbour"), about="Signed paper", is_formal=True, evidence="Minuted in May")

    page = client.get(LIST, asked).text

    assert [about for about in ("First call", "Signed paper") if about in page] == found


def test_agreements_leave_out_other_offices_and_what_is_about_the_reader(client, office, ravi):
    department = make_department()
    reader = make_assistant(office, department=department)
    kept(office, reader, about="With the reader")
    kept(office, department, about="With their department")
    kept(make_office(), ravi, about="Of another office")
    client.force_login(reader)

    page = client.get(LIST).text

    assert "No agreement is in force" in page
    assert not StandingLook.objects.exists()


def test_agreements_log_one_look_an_hour_at_each_party(client, office, assistant, ravi):
    department = make_department()
    kept(office, ravi)
    kept(office, department)

    client.get(LIST)
    client.get(LIST)

    looks = StandingLook.objects.filter(office=office, by=assistant)
    assert {(look.person, look.department) for look in looks} == {(ravi, None), (None, department)}
    assert looks.count() == 2


def test_agreements_go_on_where_a_page_ends_with_as_many_statements(
    client, office, assistant, django_assert_max_num_queries
):
    for number in range(PAGE_SIZE + 1):
        kept(office, make_person(), about=f"Number {number}.")

    with django_assert_max_num_queries(12):
        first = client.get(LIST).text
    second = client.get(LIST, {"after": Agreement.objects.order_by("-pk")[PAGE_SIZE - 1].pk}).text

    assert "Number 50." in first
    assert "Number 0." not in first
    assert "Number 0." in second


def test_agreement_new_is_made_by_name_and_places_at_once(client, office, assistant, ravi, today):
    row = make_request(office, ravi)

    answer = client.post(NEW, filled(today, person="ravi banerjee", is_formal="on", within_working_days="5"))

    agreement = Agreement.objects.get()
    assert answer.url == address("agreement", agreement)
    assert (agreement.person, agreement.by, agreement.level, agreement.within_working_days) == (ravi, assistant, 3, 5)
    assert Rank.objects.get(pk=row.pk).levels[5] == 3


def test_agreement_new_with_a_department(client, office, assistant, today):
    department = make_department("Harbour")

    client.post(NEW, filled(today, department=department.pk))

    assert Agreement.objects.get().department == department


def test_agreement_new_begins_with_whom_the_address_names(client, office, assistant, ravi):
    page = client.get(NEW, {"person": ravi.pk}).text

    assert 'value="ravi@example.org"' in page


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Say with whom it was made"),
        ({"person": "Nobody Known"}, "We know nobody of that name"),
        ({"person": "ravi@example.org", "department": "one"}, "not both"),
        ({"department": "99999999"}, "Choose one of the departments listed"),
        ({"person": "ravi@example.org", "about": ""}, "Say in one line what was agreed"),
        ({"person": "ravi@example.org", "starts_on": "soon"}, "Give a day, such as"),
        ({"person": "ravi@example.org", "ends_on": "2020-01-01"}, "The last day is before the first"),
        ({"person": "ravi@example.org", "level": "5"}, "Choose a level from 0 to 4"),
        ({"person": "ravi@example.org", "level": ""}, "Say what it forces"),
        ({"person": "ravi@example.org", "kind": "dance"}, "Choose one of the kinds"),
        ({"person": "ravi@example.org", "within_working_days": "3"}, "Only a formal agreement sets a date"),
        ({"person": "ravi@example.org", "within_working_days": "1e9"}, "Give a whole number"),
        ({"person": "ravi@example.org", "is_formal": "on", "within_working_days": "99999999999"}, "from 1 to 250"),
        ({"person": "dana@example.org"}, "Nobody makes agreements with themselves"),
    ],
)
def test_agreement_new_with_bad_input_says_what_to_do_and_keeps_what_was_typed(
    client, office, assistant, ravi, today, said, sentence
):
    assistant.email = "dana@example.org"
    assistant.save(update_fields=["email"])
    if said.get("department") == "one":
        said = said | {"department": make_department().pk}

    answer = client.post(NEW, filled(today, evidence="Typed with care") | said)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Typed with care" in answer.text
    assert not Agreement.objects.exists()


def test_agreement_new_that_overlaps_names_the_other(client, office, assistant, ravi, today):
    kept(office, ravi, about="The first one")

    answer = client.post(NEW, filled(today, person="ravi@example.org"))

    assert answer.status_code == 422
    assert "The first one" in answer.text


def test_agreement_page_shows_facts_and_who_changed_what(client, office, assistant, ravi):
    agreement = kept(office, ravi, by=make_assistant(office, "Sam Whitlock"), evidence="Minuted")
    said = terms(about="Weekly call")
    actions.change_agreement(agreement_id=agreement.pk, terms=said, by=assistant)

    page = client.get(address("agreement", agreement)).text

    assert "Made by</dt><dd>Sam Whitlock" in page
    assert "What was agreed: “Weekly call” instead of “First call of the month”." in page


@pytest.mark.parametrize("make_reader", [make_manager, make_executive])
def test_agreement_page_is_read_but_not_written_by_manager_and_executive(client, office, ravi, make_reader):
    agreement = kept(office, ravi)
    client.force_login(make_reader(office))

    page = client.get(address("agreement", agreement))
    refused = [client.post(address(name, agreement)).status_code for name in ("agreement-edit", "agreement-end")]

    assert page.status_code == 200
    assert "Edit" not in page.text
    assert refused == [403, 403]


def test_agreement_about_the_reader_is_not_there_for_them(client, office, assistant):
    agreement = kept(office, assistant)

    found = [client.get(address(name, agreement)).status_code for name in ("agreement", "agreement-edit")]

    assert found == [404, 404]


def test_agreement_of_another_office_is_not_there(client, office, assistant, ravi):
    agreement = kept(make_office(), ravi)

    found = [client.get(address("agreement", agreement)), client.post(address("agreement-end", agreement))]

    assert [answer.status_code for answer in found] == [404, 404]
    assert Agreement.objects.get().ended_at is None


def test_agreement_edit_saves_what_is_typed(client, office, assistant, ravi):
    agreement = kept(office, ravi)

    form = client.get(address("agreement-edit", agreement)).text
    answer = client.post(address("agreement-edit", agreement), changed(agreement))

    agreement.refresh_from_db()
    assert 'value="First call of the month"' in form
    assert answer.status_code == 302
    assert (agreement.about, agreement.level, agreement.person) == ("Weekly call", 4, ravi)


@pytest.mark.parametrize(
    ("seen", "sentence"), [("1", "Sam Whitlock"), ("", "does not say since when"), ("x", "does not say since when")]
)
def test_agreement_edit_of_an_older_page_keeps_what_was_typed_and_is_taken_the_second_time(
    client, office, assistant, ravi, seen, sentence
):
    agreement = kept(office, ravi)
    older = {"1": latest_change(agreement.name_in_changes)}.get(seen, seen)
    said = terms(level=2)
    actions.change_agreement(agreement_id=agreement.pk, terms=said, by=make_assistant(office, "Sam Whitlock"))

    first = client.post(address("agreement-edit", agreement), changed(agreement, seen=older))
    second = client.post(address("agreement-edit", agreement), changed(agreement, seen=first.context["seen"]))

    assert first.status_code == 409
    assert sentence in first.text
    assert 'value="Weekly call"' in first.text
    assert second.status_code == 302


def test_agreement_edit_with_bad_input_stays_on_the_page(client, office, assistant, ravi):
    agreement = kept(office, ravi)

    answer = client.post(address("agreement-edit", agreement), changed(agreement, level="9"))

    assert answer.status_code == 422
    assert "Choose a level from 0 to 4" in answer.text


def test_agreement_offers_the_offices_today_to_confirm_it(client, ravi):
    office = make_office(time_zone="Etc/GMT+12")
    client.force_login(make_assistant(office, time_zone="Pacific/Kiritimati"))
    made = kept(office, ravi)

    page = client.get(reverse("priorities:agreement", args=[made.pk]))

    assert page.context["confirm_form"].initial["confirmed_on"] == timezone.localdate(timezone=office.zone)


def test_agreement_confirm_keeps_the_day(client, office, assistant, ravi, today):
    agreement = kept(office, ravi)
    seen = latest_change(agreement.name_in_changes)

    client.post(address("agreement-confirm", agreement), {"confirmed_on": today.isoformat(), "seen": seen})

    agreement.refresh_from_db()
    assert agreement.confirmed_on == today


@pytest.mark.parametrize(
    ("day", "sentence"), [("", "Give the day on which they confirmed it"), ("2090-01-01", "That day is still to come")]
)
def test_agreement_confirm_without_a_day_that_was_says_so(client, office, assistant, ravi, day, sentence):
    agreement = kept(office, ravi)
    seen = latest_change(agreement.name_in_changes)

    answer = client.post(address("agreement-confirm", agreement), {"confirmed_on": day, "seen": seen})

    assert answer.status_code == 422
    assert sentence in answer.text


def test_agreement_end_asks_first_and_ends_then(client, office, assistant, ravi):
    agreement = kept(office, ravi)

    asked = client.get(address("agreement-end", agreement))
    ended_while_asking = Agreement.objects.get().ended_at
    client.post(address("agreement-end", agreement), {"seen": asked.context["seen"]})

    agreement.refresh_from_db()
    assert ended_while_asking is None
    assert agreement.ended_by == assistant


@pytest.mark.parametrize(("days", "seen", "status"), [(0, "", 409), (1, None, 422)])
def test_agreement_end_that_cannot_be_says_why(client, office, assistant, ravi, today, days, seen, status):
    agreement = kept(office, ravi, starts_on=date(2020, 1, 1), ends_on=today)
    Agreement.objects.update(ends_on=today - days * DAY)
    seen = latest_change(agreement.name_in_changes) if seen is None else seen

    answer = client.post(address("agreement-end", agreement), {"seen": seen})

    assert answer.status_code == status
    assert Agreement.objects.get().ended_at is None


def test_expiring_agreements_are_those_that_end_within_thirty_days(office, assistant, ravi, today):
    soon = kept(office, ravi, ends_on=today + 30 * DAY)
    kept(office, ravi, kind="call", ends_on=today + 31 * DAY)
    kept(office, ravi, kind="meeting")
    kept(office, assistant, by=make_assistant(office), ends_on=today)

    assert list(expiring_agreements(office, reader=assistant, today=today)) == [soon]


def test_unconfirmed_agreements_are_formal_ones_that_hold_or_will(office, assistant, ravi, today):
    unconfirmed = kept(office, ravi, is_formal=True, starts_on=today + DAY)
    kept(office, ravi, is_formal=True, kind="call", confirmed_on=today)
    kept(office, ravi)

    assert list(unconfirmed_agreements(office, reader=assistant, today=today)) == [unconfirmed]
