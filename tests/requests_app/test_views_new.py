"""The form with which a request is logged."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from requests_app.models import Attachment, ServiceRequest
from servicedesk.people.models import User
from tests import makers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("assistant")]
URL = reverse("requests:new")


@pytest.fixture
def filled(office, requester):
    """What a browser sends for a filled form."""
    return {
        "office": office.pk,
        "kind": "call",
        "title": "Ten minutes with Marta",
        "purpose": "The lease",
        "submission_key": str(uuid4()),
        "typed_by": requester.pk,
    }


def errors(response) -> dict[str, list[str]]:
    return {name: [str(error) for error in found] for name, found in response.context["form"].errors.items()}


def test_request_new_shows_the_answer_by_before_it_is_sent(sign_in, office, requester):
    page = sign_in(requester).get(URL)

    assert page.status_code == 200
    assert b"You get an answer by" in page.content
    assert b"For whom?" not in page.content


def test_request_new_stays_within_its_statements(sign_in, office, requester, django_assert_max_num_queries):
    signed_in = sign_in(requester)

    with django_assert_max_num_queries(12):
        signed_in.get(URL)


def test_request_new_when_sent_leads_to_the_request_and_confirms_it(sign_in, filled, requester):
    page = sign_in(requester).post(URL, filled, follow=True)

    logged = ServiceRequest.objects.get()
    assert page.redirect_chain == [(logged.get_absolute_url(), 302)]
    assert "EO-1001 is with the Office of the CEO. You get an answer by" in page.content.decode()
    assert (logged.requester, logged.purpose) == (requester, "The lease")


def test_request_new_when_sent_twice_makes_one_request(sign_in, filled, requester):
    signed_in = sign_in(requester)

    answers = [signed_in.post(URL, filled) for _press in range(2)]

    assert ServiceRequest.objects.count() == 1
    assert answers[0].url == answers[1].url


def test_request_new_with_files_stores_them(sign_in, filled, requester):
    files = [SimpleUploadedFile("a.txt", b"one"), SimpleUploadedFile("b.txt", b"two")]

    sign_in(requester).post(URL, filled | {"files": files})

    assert set(Attachment.objects.values_list("name", flat=True)) == {"a.txt", "b.txt"}


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"title": ""}, "title", "Say in one line what you need."),
        ({"title": "x" * 10_000}, "title", "9800 characters too many"),
        ({"title": "a\x00b"}, "title", "cannot be stored"),
        ({"purpose": "x" * 10_001}, "purpose", "1 character too many"),
        ({"kind": ""}, "kind", "Choose what comes closest."),
        ({"kind": "nonsense"}, "kind", "Choose one of the kinds shown."),
        ({"wish_date": "2001-01-01"}, "wish_date", "That day has passed."),
        ({"wish_date": "0026-11-24"}, "wish_date", "Give the year with four digits, from 2000 on."),
        ({"wish_date": "9999-12-31"}, "wish_date", "Give the year with four digits, until 2200."),
        ({"wish_date": "2200-12-31"}, "wish_date", "Choose a day until"),
        ({"wish_date": "soon"}, "wish_date", "Give a day, such as"),
        ({"office": "0"}, "office", "Choose one of the offices"),
        ({"office": "9" * 40}, "office", "Choose one of the offices"),
        ({"files": SimpleUploadedFile("a.exe", b"MZ")}, "files", "not a kind of file we take"),
        ({"files": SimpleUploadedFile("a.txt", b"")}, "files", "is empty"),
    ],
)
def test_request_new_with_a_wrong_value_says_so_and_keeps_the_text(sign_in, filled, requester, wrong, field, sentence):
    page = sign_in(requester).post(URL, filled | wrong)

    assert page.status_code == 422
    assert sentence in errors(page)[field][0]
    assert "Ten minutes with Marta" in page.content.decode() or field == "title"
    assert not ServiceRequest.objects.exists()


@pytest.mark.parametrize("text", ["💥 متن <b>", "'; DROP TABLE x; --"])
def test_request_new_with_strange_but_honest_text_stores_it_escaped(sign_in, filled, requester, text):
    page = sign_in(requester).post(URL, filled | {"title": text}, follow=True)

    assert ServiceRequest.objects.get().title == text
    assert "<b>" not in page.content.decode()


def test_request_new_with_a_broken_key_is_stored_all_the_same(sign_in, filled, requester):
    sign_in(requester).post(URL, filled | {"submission_key": "nonsense"})

    assert ServiceRequest.objects.count() == 1


def test_request_new_as_a_delegate_offers_those_who_asked_for_it(sign_in, filled, requester):
    delegate = makers.make_person()
    makers.make_delegation(requester, delegate)

    sign_in(delegate).post(URL, filled | {"requester": str(requester.pk)})

    logged = ServiceRequest.objects.get()
    assert (logged.requester, logged.entered_by) == (requester, delegate)


def test_request_new_as_a_delegate_is_for_oneself_unless_said_otherwise(sign_in, filled, requester):
    delegate = makers.make_person()
    makers.make_delegation(requester, delegate)

    sign_in(delegate).post(URL, filled | {"requester": ""})

    assert ServiceRequest.objects.get().requester == delegate


def test_request_new_as_a_delegate_for_somebody_else_is_refused(sign_in, filled, requester):
    delegate, stranger = makers.make_person(), makers.make_person()
    makers.make_delegation(requester, delegate)

    page = sign_in(delegate).post(URL, filled | {"requester": str(stranger.pk)})

    assert "made you their delegate" in errors(page)["requester"][0]


@pytest.mark.parametrize("given", ["helena@example.org", "HELENA@example.org ", "helena lindqvist"])
def test_request_new_as_an_assistant_finds_anybody_by_address_or_name(sign_in, filled, requester, assistant, given):
    sign_in(assistant).post(URL, filled | {"requester": given})

    assert ServiceRequest.objects.get().requester == requester


@pytest.mark.parametrize(("given", "sentence"), [("Nobody At All", "We know nobody"), ("a\x00", "We know nobody")])
def test_request_new_as_an_assistant_for_nobody_we_know_says_so(sign_in, filled, assistant, given, sentence):
    page = sign_in(assistant).post(URL, filled | {"requester": given})

    assert sentence in errors(page)["requester"][0]


def test_request_new_as_an_assistant_for_a_name_of_several_asks_for_the_address(sign_in, filled, assistant):
    makers.make_person("Jo Park")
    makers.make_person("Jo Park")

    page = sign_in(assistant).post(URL, filled | {"requester": "Jo Park"})

    assert "Several people" in errors(page)["requester"][0]


def test_request_new_as_an_assistant_of_another_office_may_not_name_anybody(sign_in, filled, requester):
    stranger = makers.make_assistant(makers.make_office())

    page = sign_in(stranger).post(URL, filled | {"requester": requester.email})

    assert "made you their delegate" in errors(page)["requester"][0]


def test_request_new_with_several_offices_lets_one_choose(sign_in, filled, requester):
    other = makers.make_served_office("XY", "Office of the CFO")
    goal = makers.make_goal(other, "Lower costs")
    signed_in = sign_in(requester)

    page = signed_in.get(URL).content.decode()
    signed_in.post(URL, filled | {"office": other.pk, "goal": goal.pk})

    assert "Which office?" in page
    assert page.count("You get an answer by") == 2
    assert "Lower costs (Office of the CFO)" in page
    assert ServiceRequest.objects.get().reference == "XY-1001"


def test_request_new_with_many_offices_is_a_list(sign_in, filled, requester):
    for _number in range(7):
        makers.make_served_office()

    assert b'<select name="office"' in sign_in(requester).get(URL).content


def test_request_new_with_a_goal_of_another_office_says_so(sign_in, filled, requester):
    goal = makers.make_goal(makers.make_served_office())

    page = sign_in(requester).post(URL, filled | {"goal": goal.pk})

    assert "another office" in errors(page)["goal"][0]


def test_request_new_offers_only_goals_of_today(sign_in, office, requester):
    yesterday = timezone.localdate() - timedelta(days=2)
    makers.make_goal(office, "Of old", ends_on=yesterday)
    makers.make_goal(office, "Of today", starts_on=yesterday)

    page = sign_in(requester).get(URL).content.decode()

    assert "Of today" in page
    assert "Of old" not in page


def test_request_new_without_an_office_says_whom_to_ask(sign_in, assistant):
    assistant.memberships.all().delete()

    page = sign_in(makers.make_person()).get(URL)

    assert b"Ask an administrator" in page.content


def test_request_new_with_the_same_words_from_a_new_form_asks_first(sign_in, filled, requester):
    signed_in = sign_in(requester)
    signed_in.post(URL, filled)

    page = signed_in.post(URL, filled | {"submission_key": str(uuid4())})

    assert page.status_code == 422
    assert errors(page) == {
        "__all__": ["You sent the same a moment ago: it is EO-1001. If you need it a second time, send it again."]
    }
    assert '<input type="hidden" name="is_second" value="on"' in page.content.decode()
    assert ServiceRequest.objects.count() == 1


@pytest.mark.parametrize(
    "otherwise", [{"is_second": "on"}, {"title": "Twenty minutes"}, {"purpose": ""}, {"kind": "meeting"}]
)
def test_request_new_that_is_said_to_be_a_second_or_says_something_else_is_logged(
    sign_in, filled, requester, otherwise: dict[str, str]
):
    signed_in = sign_in(requester)
    signed_in.post(URL, filled)

    page = signed_in.post(URL, filled | {"submission_key": str(uuid4())} | otherwise)

    assert page.status_code == 302
    assert ServiceRequest.objects.count() == 2


def test_request_new_with_the_words_of_an_earlier_one_is_logged(sign_in, filled, requester):
    signed_in = sign_in(requester)
    signed_in.post(URL, filled)
    ServiceRequest.objects.update(received_at=timezone.now() - timedelta(minutes=11))

    page = signed_in.post(URL, filled | {"submission_key": str(uuid4())})

    assert page.status_code == 302


def test_request_new_offers_no_office_in_which_nobody_answers(sign_in, office, requester):
    makers.make_office("XY", "Office of nobody")
    gone = makers.make_served_office("XZ", "Office of somebody who left")
    User.objects.filter(memberships__office=gone).update(is_active=False)

    form = sign_in(requester).get(URL).context["form"]

    assert form.offices == [office]


def test_request_new_signed_out_keeps_the_text_through_sign_in(client, filled, requester):
    away = client.post(URL, filled | {"files": SimpleUploadedFile("a.txt", b"x")})
    client.force_login(requester)

    page = client.get(URL).content.decode()

    assert away.url == f"{reverse('account_login')}?next={URL}"
    assert "Ten minutes with Marta" in page
    assert filled["submission_key"] in page
    assert "Choose your files again" in page
    assert "Ten minutes" not in client.get(URL).content.decode()


def test_request_new_signed_out_says_at_the_sign_in_that_the_text_is_kept(client, filled):
    page = client.post(URL, filled, follow=True).content.decode()

    assert "what you typed is kept" in page.partition('id="words"')[0]


def test_request_new_signed_out_with_a_huge_text_says_that_it_is_not_kept(client, filled):
    page = client.post(URL, filled | {"purpose": "x" * 100_000}, follow=True).content.decode()

    assert "copy your text before you sign in" in page
    assert "is kept" not in page.partition('id="words"')[0]


def test_request_new_signed_out_does_not_show_the_text_to_another(client, filled):
    client.post(URL, filled)
    client.force_login(makers.make_person())

    assert "Ten minutes" not in client.get(URL).content.decode()


def test_request_new_signed_out_with_a_huge_text_keeps_nothing(client, filled, requester):
    client.post(URL, filled | {"purpose": "x" * 100_000})
    client.force_login(requester)

    assert "xxxx" not in client.get(URL).content.decode()


def test_request_new_by_another_verb_is_refused(sign_in, requester):
    assert sign_in(requester).put(URL).status_code == 405
