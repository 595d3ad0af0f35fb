"""What nobody's browser sends, and what an old page or a curious person may: each is answered, none breaks a page."""

from html import unescape

import pytest
from django.urls import reverse

from priorities.models import Judgement, Standing, SupportRating
from tests.makers import make_assistant, make_executive, make_office, make_request

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
LONG = "y" * 10_000
SIGNS = [
    "'",
    "\\",
    '"open',
    "OR",
    "-",
    ":*",
    "a & | b",
    "<->",
    "%",
    "_",
    "a\x00b",
    "9" * 40,
    LONG,
    "\u202e💥",
    "EO-" + "9" * 30,
]


@pytest.fixture
def office():
    return make_office("EO")


@pytest.fixture
def assistant(office, client):
    person = make_assistant(office, "Dana Okafor")
    client.force_login(person)
    return person


@pytest.fixture
def row(office):
    return make_request(office, title="Sign the lease")


def text_of(response):
    return unescape(response.content.decode())


def address(name, row):
    return reverse(f"priorities:{name}", args=[row.reference])


@pytest.mark.parametrize("path", ["/queue/", "/queue/?view=done", "/requests/", "/requests/search/"])
def test_search_for_signs_finds_nothing_and_breaks_nothing(client, assistant, row, path):
    view = {"view": "done"} if "done" in path else {}

    answers = {words: client.get(path, {"q": words} | view) for words in SIGNS}

    assert {words for words, answer in answers.items() if answer.status_code != 200} == set()
    assert {words for words, answer in answers.items() if row.title in text_of(answer)} == set()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"alignment": "9" * 30}, "Alignment"),
        ({"alignment": "-1"}, "Alignment"),
        ({"alignment": "1.5"}, "Alignment"),
        ({"clout": "²"}, "Clout"),
        ({"sole_provider": LONG}, "Sole provider"),
        ({"review_on": LONG}, "Look at it again on"),
        ({"clout": "3", "evidence": LONG, "review_on": "2099-01-01"}, "What this clout rests on"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_judge_with_odd_input_is_refused_at_its_field_and_stores_nothing(
    client, assistant, row, data, sentence, headers
):
    response = client.post(address("judge", row), data, headers=headers)

    assert response.status_code == 422
    assert sentence in text_of(response)
    assert ("<html" in text_of(response)) == (not headers)
    assert not Judgement.objects.exists()
    assert not Standing.objects.exists()


def test_judge_with_a_key_twice_takes_the_last(client, assistant, row):
    client.post(address("judge", row), {"alignment": ["1", "4"]})

    assert Judgement.objects.get().alignment == 4


@pytest.mark.parametrize("seen", ["nonsense", ".", "2026-01-01T00:00:00+00:00.", "💥" * 20])
def test_judge_with_a_made_up_version_of_what_nobody_judged_is_taken(client, assistant, row, seen):
    response = client.post(address("judge", row), {"alignment": "2", "seen": seen})

    assert response.status_code == 302
    assert Judgement.objects.get().alignment == 2


@pytest.mark.parametrize("rating", ["", "nan", "inf", "1e999", "0.3", "-1", "2", "½", LONG])
def test_support_with_a_rating_that_is_none_of_the_steps_is_refused(client, assistant, row, rating):
    response = client.post(address("support", row), {"rating": rating, "note": "Lent us a driver"})

    assert response.status_code == 422
    assert "Lent us a driver" in text_of(response)
    assert not SupportRating.objects.exists()


@pytest.mark.parametrize("note", ["a\x00b", LONG, "  \n "])
def test_support_with_a_note_that_cannot_be_kept_is_refused(client, assistant, row, note):
    response = client.post(address("support", row), {"rating": "1.0", "note": note})

    assert response.status_code == 422
    assert not SupportRating.objects.exists()


@pytest.mark.parametrize("name", ["queue-filter", "why", "judge", "support"])
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_pages_of_the_ranking_by_another_verb_are_refused(client, assistant, row, name, method):
    path = reverse("priorities:queue-filter") if name == "queue-filter" else address(name, row)

    assert getattr(client, method)(path).status_code == 405


@pytest.mark.parametrize("name", ["judge", "support"])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_judging_by_the_executive_is_refused_and_stores_nothing(client, office, row, name, headers):
    client.force_login(make_executive(office))

    response = client.post(address(name, row), {"alignment": "4", "rating": "1.0", "note": "x"}, headers=headers)

    assert response.status_code == 403
    assert not Judgement.objects.exists()
    assert not SupportRating.objects.exists()


@pytest.mark.parametrize("name", ["why", "judge", "support"])
@pytest.mark.parametrize("reference", ["EO-9999999999", "ZZZZZ-1"])
def test_pages_of_a_reference_that_is_none_do_not_exist(client, assistant, name, reference):
    assert client.get(reverse(f"priorities:{name}", args=[reference])).status_code == 404


@pytest.mark.parametrize("name", ["why", "judge", "support"])
def test_pages_of_a_reference_in_small_letters_are_found(client, assistant, row, name):
    assert client.get(address(name, row).replace("EO-", "eo-")).status_code == 200


@pytest.mark.parametrize(
    "query",
    ["view=done&view=todo", "why={0}&why=nonsense", "kind=call&kind=", "from=&from=n.3.1.1.1.1", "office=EO&office=eo"],
)
def test_queue_with_a_key_twice_is_read_by_the_last(client, assistant, row, query):
    response = client.get("/queue/?" + query.format(row.reference))

    assert response.status_code == 200
    assert row.title in text_of(response)


@pytest.mark.parametrize("view", ["todo", "waiting", "done"])
@pytest.mark.parametrize("cursor", ["n.0.1.1.1.1", "p.0.1.1.1.1", "n.1.99999999999999999.1.1.1", "p.3.1.1.999999999.1"])
def test_queue_of_every_view_with_a_made_up_cursor_is_shown(client, assistant, row, view, cursor):
    response = client.get("/queue/", {"view": view, "from": cursor})

    assert response.status_code == 200
    assert (row.title in text_of(response)) == (view == "todo")


def test_filter_as_a_fragment_has_no_page_around_it_and_names_nobody_of_another_office(client, assistant, office):
    make_assistant(make_office("ZO"), "Zoe Foreign")

    fragment = client.get(reverse("priorities:queue-filter"), headers=HTMX)
    page = client.get(reverse("priorities:queue-filter"))

    assert "<html" not in text_of(fragment)
    assert "<html" in text_of(page)
    assert "Dana Okafor" in text_of(fragment)
    assert "Zoe Foreign" not in text_of(fragment) + text_of(page)


@pytest.mark.parametrize(
    "query", ["?assignee=💥", "?department=" + "9" * 40, "?tier=-1", "?kind=" + LONG, "?view=x&office=y"]
)
def test_filter_opened_with_a_nonsense_address_offers_everything(client, assistant, query):
    response = client.get(reverse("priorities:queue-filter") + query)

    assert response.status_code == 200
    assert " selected>" not in text_of(response).replace('value="" selected>', "")


def test_fragment_asked_for_by_the_browsers_way_back_is_the_whole_page(client, assistant, row):
    response = client.get(address("why", row), headers=HTMX | {"HX-History-Restore-Request": "true"})

    assert "<html" in text_of(response)
