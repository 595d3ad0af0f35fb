"""Finding requests by words and numbers, and nothing that is not theirs to find."""

import pytest

from requests_app import actions, searching
from requests_app.models import ServiceRequest
from tests import makers

pytestmark = pytest.mark.django_db


def found(text, user):
    return list(ServiceRequest.objects.search(text, user))


@pytest.fixture
def lease(service_request):
    return service_request


@pytest.mark.parametrize(
    "text",
    [
        "lease",
        "LEASE",
        "leas",
        "call lea",
        '"about the lease"',
        "lease -contract",
        "zebra or lease",
        "EO-1001",
        "eo 1001",
        "1001",
        "#1001",
        "EO1001",
    ],
)
def test_search_finds_words_beginnings_phrases_and_numbers(lease, assistant, text):
    assert found(text, assistant) == [lease]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "zebra",
        "lease -call",
        '"the about lease"',
        "9999",
        "EO-9",
        "\x00",
        "'",
        "&|!:*",
        "((",
        "\\",
        "💥",
        "a'b:*",
    ],
)
def test_search_for_what_is_not_there_finds_nothing(lease, assistant, text):
    assert found(text, assistant) == []


@pytest.mark.parametrize("text", ["lease '", "lease\x00", "lease \\", "le\u202ease"])
def test_search_with_strange_characters_does_not_break(lease, assistant, text):
    assert isinstance(found(text, assistant), list)


def test_search_finds_what_was_written_on_it(lease, assistant, requester):
    actions.add_to_request(service_request_id=lease.pk, body="The index clause", by=requester)

    assert found("clause", assistant) == found("clause", requester) == [lease]


def test_search_finds_sealed_notes_only_for_who_reads_the_queue(lease, assistant, office, requester):
    executive = makers.make_executive(office)
    actions.add_note(service_request_id=lease.pk, body="He is difficult", by=assistant)

    assert found("difficult", assistant) == found("difficult", executive) == [lease]
    assert found("difficult", requester) == []


def test_search_never_finds_another_offices_or_persons_request(lease):
    stranger = makers.make_assistant(makers.make_office())

    assert found("lease", stranger) == found("EO-1001", stranger) == found("1001", stranger) == []


def test_search_stays_within_the_rows_it_is_asked_on(lease, assistant):
    actions.resolve(service_request_id=lease.pk, by=assistant)

    assert list(ServiceRequest.objects.open().search("lease", assistant)) == []


def test_search_for_a_common_word_finds_the_newest(office, assistant, requester, monkeypatch):
    monkeypatch.setattr(searching, "PROBED", 3)
    monkeypatch.setattr(searching, "NEWEST_OF_COMMON", 2)
    made = [makers.make_request(office, requester, title="common") for _number in range(4)]

    assert {row.pk for row in found("common", assistant)} == {row.pk for row in made[-2:]}


def test_search_runs_one_statement_for_the_matches(lease, assistant, django_assert_num_queries):
    with django_assert_num_queries(2):  # the person's roles, the matches
        ServiceRequest.objects.search("lease", assistant)
