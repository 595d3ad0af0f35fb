"""The pages of conversation notes: written from anywhere, found by who may read them, answered by whom they are about."""

from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app import actions
from requests_app.models import ConversationNote, Understanding
from servicedesk.people.models import Membership
from tests import makers

pytestmark = pytest.mark.django_db
NOTES, NEW = reverse("requests:conversations"), reverse("requests:conversation-new")
HTMX = {"HX-Request": "true"}
HOSTILE = "<script>alert(1)</script>\n<img src=x onerror=alert(2)>"


@pytest.fixture
def keep(office, assistant):
    """Keep a note about somebody, or on a request of theirs."""

    def kept(person, text, service_request=None, by=assistant):
        about = actions.About(office, person, service_request)
        return actions.keep_conversation(about=about, said=actions.Said(text), by=by)

    return kept


def typed(**fields):
    return {"text": "Prefers mornings", "about": "helena@example.org", "how": "telephone", "said_at": ""} | fields


def body(response):
    return unescape(response.content.decode())


def test_new_needs_two_fields_and_keeps_the_note(sign_in, assistant, requester):
    answer = sign_in(assistant).post(NEW, typed())

    note = ConversationNote.objects.get()
    assert (note.person, note.text, note.how, note.by) == (requester, "Prefers mornings", "telephone", assistant)
    assert answer.url == note.get_absolute_url()


@pytest.mark.parametrize("given", ["EO-1001", "eo 1001", "1001", "EO-1001 Call back about the lease"])
def test_new_about_a_request_by_its_number(sign_in, assistant, requester, service_request, given):
    sign_in(assistant).post(NEW, typed(about=given))

    note = ConversationNote.objects.get()
    assert (note.service_request, note.person) == (service_request, requester)


@pytest.mark.parametrize("given", ["Helena Lindqvist", "helena  LINDQVIST", "HELENA@example.org"])
def test_new_about_a_person_by_name_or_address(sign_in, assistant, requester, given):
    sign_in(assistant).post(NEW, typed(about=given))

    assert ConversationNote.objects.get().person == requester


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "Say whom you spoke with"),
        ("Helena", "Do you mean Helena Lindqvist (helena@example.org)?"),
        ("Nobody At All", "We know nobody of that name"),
        ("nobody@example.org", "We know nobody of that name"),
        ("EO-9999", "There is no request EO-9999 that you may see"),
        ("Dana Okafor", "for your colleagues only"),
        ("Ulla Gone", "Ulla Gone is not with us any more"),
        ("Twin Name", "Several people are called that"),
        ("a\x00b", "We know nobody of that name"),
    ],
)
def test_new_about_nobody_that_can_be_says_what_to_write(sign_in, assistant, requester, given, words):
    makers.make_person("Ulla Gone", is_active=False)
    makers.make_person("Twin Name")
    makers.make_person("Twin Name")

    answer = sign_in(assistant).post(NEW, typed(about=given))

    assert (answer.status_code, ConversationNote.objects.exists()) == (422, False)
    assert words in body(answer)
    assert "Prefers mornings" in body(answer)


def test_new_about_a_number_that_two_offices_have_asks_for_its_letters(sign_in, assistant, office, service_request):
    other = makers.make_office("ZZ")
    Membership.objects.create(office=other, person=assistant, role=Membership.Role.ASSISTANT)
    makers.make_request(other, makers.make_person())

    answer = sign_in(assistant).post(NEW, typed(about="1001", office=office.pk))

    assert "Several offices have that number" in body(answer)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": " "}, "Write something first"),
        ({"text": "x" * 10_001}, "1 character too many"),
        ({"how": "smoke"}, "Choose one of those listed"),
        ({"said_at": f"{timezone.now().year + 1}-06-01T10:00"}, "still to come"),
        ({"said_at": "2999-01-01T10:00"}, "year"),
        ({"said_at": "soon"}, "Give a day and a time"),
    ],
)
def test_new_with_bad_input_keeps_what_was_typed(sign_in, assistant, requester, fields, words):
    answer = sign_in(assistant).post(NEW, typed(**fields))

    assert answer.status_code == 422
    assert words in body(answer)
    assert "helena@example.org" in body(answer)


def test_new_of_hostile_markup_shows_it_as_text(sign_in, assistant, requester):
    answer = sign_in(assistant).post(NEW, typed(text=HOSTILE), follow=True)

    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    assert "&lt;script&gt;alert(1)" in answer.content.decode()


@pytest.mark.parametrize("page", ["requests:detail", "priorities:why", "priorities:customer"])
def test_new_begins_with_whom_the_page_before_was_about(sign_in, assistant, service_request, requester, page):
    about_person = page == "priorities:customer"
    address = reverse(page, args=[requester.pk if about_person else service_request.reference])

    answer = sign_in(assistant).get(NEW, headers={"Referer": f"http://testserver{address}?x=1"})

    assert answer.context["form"]["about"].value() == (requester.email if about_person else service_request.reference)
    assert answer.context["back"] == f"{address}?x=1"


@pytest.mark.parametrize("before", ["http://elsewhere.org/requests/EO-1001/", "http://testserver/nowhere/", ""])
def test_new_begins_with_nobody_after_a_page_about_nobody(sign_in, assistant, service_request, before):
    answer = sign_in(assistant).get(NEW, headers={"Referer": before})

    assert answer.context["form"]["about"].value() == ""


def test_new_never_begins_with_ones_own_request(sign_in, assistant, office):
    own = makers.make_request(office, assistant)

    answer = sign_in(assistant).get(NEW, headers={"Referer": f"http://testserver{own.get_absolute_url()}"})

    assert answer.context["form"]["about"].value() == ""


def test_new_leads_back_to_the_page_before_or_on_to_the_understanding(sign_in, assistant, requester):
    signed_in = sign_in(assistant)

    back = signed_in.post(NEW, typed(next="/queue/"))
    on = signed_in.post(NEW, typed(next="/queue/", then="understanding"))

    latest = ConversationNote.objects.latest("pk")
    assert (back.url, on.url) == ("/queue/", reverse("requests:understanding-send", args=[latest.pk]))


def test_new_as_a_fragment_offers_people_and_requests(sign_in, assistant, requester, service_request):
    signed_in = sign_in(assistant)

    people = body(signed_in.get(NEW, {"about": "helen"}, headers=HTMX))
    requests = body(signed_in.get(NEW, {"about": "lease"}, headers=HTMX))

    assert 'value="helena@example.org"' in people
    assert 'value="EO-1001"' in requests
    assert "<html" not in people + requests


def test_new_of_a_manager_offers_and_takes_no_request(sign_in, office, service_request):
    signed_in = sign_in(makers.make_manager(office))

    offered = body(signed_in.get(NEW, {"about": "lease"}, headers=HTMX))
    answer = signed_in.post(NEW, typed(about="EO-1001"))

    assert "EO-1001" not in offered
    assert "no request EO-1001 that you may see" in body(answer)


def test_new_of_who_works_in_two_offices_is_kept_by_the_chosen(sign_in, assistant, requester):
    other = makers.make_office("ZZ", "Zoo")
    Membership.objects.create(office=other, person=assistant, role=Membership.Role.ASSISTANT)

    sign_in(assistant).post(NEW, typed(office=other.pk))

    assert ConversationNote.objects.get().office == other


def test_list_holds_what_the_reader_may_read(sign_in, office, assistant, requester, service_request, keep):
    keep(requester, "Of the corridor")
    keep(requester, "Of the lease", service_request)
    keep(assistant, "Of Dana herself", by=makers.make_assistant(office))
    elsewhere = makers.make_office("ZZ")
    actions.keep_conversation(
        about=actions.About(elsewhere, requester),
        said=actions.Said("Of another office"),
        by=makers.make_assistant(elsewhere),
    )

    page = body(sign_in(assistant).get(NOTES))

    said = ["Of the corridor", "Of the lease", "Of Dana herself", "Of another office"]
    assert [words in page for words in said] == [True, True, False, False]


@pytest.mark.parametrize("words", ["lease", "corrid"])
def test_list_searched_finds_words_of_both_sorts_of_notes(sign_in, assistant, requester, service_request, keep, words):
    keep(requester, "In the corridor")
    keep(requester, "About the lease", service_request)
    keep(requester, "Nothing of the kind")

    page = sign_in(assistant).get(NOTES, {"q": words}).context["page"]

    assert [words in note.text for note in page.rows] == [True]


def test_list_of_one_person_pages_on_in_a_fixed_number_of_queries(
    sign_in, assistant, requester, keep, django_assert_num_queries
):
    keep(makers.make_person(), "Of somebody else")
    notes = [keep(requester, f"Note {number}") for number in range(52)]
    signed_in = sign_in(assistant)
    signed_in.get(NOTES)

    with django_assert_num_queries(6):
        first = signed_in.get(NOTES, {"person": requester.pk}).context["page"]
    second = signed_in.get(NOTES, {"person": requester.pk, "after": first.next_after}).context["page"]

    assert [note.pk for note in [*first.rows, *second.rows]] == [note.pk for note in reversed(notes)]
    assert len(first.rows) == 50


def test_note_about_the_reader_is_none_for_them(sign_in, office, assistant, keep):
    note = keep(assistant, "Of Dana", by=makers.make_assistant(office))

    assert sign_in(assistant).get(note.get_absolute_url()).status_code == 404


def test_note_is_corrected_from_its_page_and_leads_on(sign_in, assistant, requester, keep):
    note = keep(requester, "North")
    signed_in = sign_in(assistant)
    address = reverse("requests:conversation-correct", args=[note.pk])

    shown = signed_in.get(address)
    signed_in.post(address, {"text": "South", "how": "in_person"})

    later = note.correction
    assert shown.context["form"]["text"].value() == "North"
    assert later.get_absolute_url() in body(signed_in.get(note.get_absolute_url()))


def test_note_corrected_meanwhile_keeps_the_typed_correction(sign_in, assistant, requester, keep):
    note = keep(requester, "North")
    actions.correct_conversation(note_id=note.pk, said=actions.Said("South"), by=assistant)

    answer = sign_in(assistant).post(
        reverse("requests:conversation-correct", args=[note.pk]), {"text": "East", "how": "in_person"}
    )

    assert answer.status_code == 409
    assert "East" in body(answer)


def test_understanding_form_begins_with_nothing_of_the_note(sign_in, assistant, requester, keep):
    note = keep(requester, "Seemed nervous")

    form = sign_in(assistant).get(reverse("requests:understanding-send", args=[note.pk])).context["form"]

    assert form["body"].value().startswith("We spoke on ")
    assert "nervous" not in form["body"].value()


def test_understanding_with_only_its_first_words_is_not_sent(sign_in, assistant, requester, keep):
    signed_in = sign_in(assistant)
    address = reverse("requests:understanding-send", args=[keep(requester, "North").pk])
    opening = signed_in.get(address).context["form"]["body"].value()

    answer = signed_in.post(address, {"body": opening})

    assert (answer.status_code, Understanding.objects.exists()) == (422, False)
    assert "only the first words are there yet" in body(answer)


def test_understanding_is_sent_answered_and_shown_on_the_note(client, sign_in, assistant, requester, keep):
    note = keep(requester, "Seemed nervous")
    sign_in(assistant).post(reverse("requests:understanding-send", args=[note.pk]), {"body": "You need a quiet room."})
    asked = Understanding.objects.get()
    for_them = body(sign_in(requester).get(asked.get_absolute_url()))
    unanswered = Understanding.objects.get().answered_at

    client.post(asked.get_absolute_url(), {"answer": "not_right", "answer_text": "A large one"})

    page = body(sign_in(assistant).get(note.get_absolute_url()))
    assert "You need a quiet room." in for_them
    assert "nervous" not in for_them
    assert unanswered is None
    assert "corrected by them" in page
    assert "A large one" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Press one of the two buttons"),
        ({"answer": "maybe"}, "Press one of the two buttons"),
        ({"answer": "not_right"}, "Say what we should have understood"),
    ],
)
def test_understanding_answered_badly_says_what_to_do(sign_in, assistant, requester, keep, fields, words):
    note = keep(requester, "North")
    asked = actions.send_understanding(note_id=note.pk, body="North?", by=assistant)

    answer = sign_in(requester).post(asked.get_absolute_url(), fields)

    assert answer.status_code == 422
    assert words in body(answer)


def test_understanding_is_for_nobody_else(sign_in, office, assistant, requester, keep):
    asked = actions.send_understanding(note_id=keep(requester, "North").pk, body="North?", by=assistant)

    assert sign_in(assistant).get(asked.get_absolute_url()).status_code == 404


def test_request_page_tells_what_was_said_and_leads_to_the_note(sign_in, assistant, requester, service_request, keep):
    note = keep(requester, "Would sign three years", service_request)
    actions.send_understanding(note_id=note.pk, body="You would sign.", by=assistant)

    for_office = body(sign_in(assistant).get(service_request.get_absolute_url()))
    for_asker = body(sign_in(requester).get(service_request.get_absolute_url()))

    assert "conversation note, in person" in for_office
    assert "Asked Helena whether we understood them" in for_office
    assert note.get_absolute_url() in for_office
    assert "Would sign" not in for_asker
    assert "understood" not in for_asker


def test_customer_page_tells_what_was_said_to_who_reads_it(sign_in, assistant, office, requester, keep):
    keep(requester, "Prefers mornings")

    pages = [
        body(sign_in(reader).get(reverse("priorities:customer", args=[requester.pk])))
        for reader in (assistant, makers.make_manager(office))
    ]

    assert ["Prefers mornings" in page for page in pages] == [True, True]
