"""Offering articles to somebody who types, and counting what became of it."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app import tasks
from requests_app.actions.article_uses import count_offered, count_opened, count_solved
from requests_app.actions.articles import change_article, withdraw_article
from requests_app.articles.suggesting import suggested_for, suggested_to_show, telling_words
from requests_app.models import Article, ArticleUse
from tests import makers

pytestmark = pytest.mark.django_db
OFFER = reverse("requests:article-offer")
TITLES = {
    "How to book the board room": "Open the calendar and choose Rooms.",
    "How to get a signature": "Orders up to 50,000 are signed by your head of department.",
    "How to order a visitor's pass": "Passes are printed at the gate.",
    "How to hand in travel expenses": "Photograph each receipt; nobody prints them.",
    "How to find the slides": "They lie in the library, by department.",
    "How to park": "In the yard.",
}


@pytest.fixture
def articles(office, assistant) -> dict[str, Article]:
    return {title: makers.make_article(office, assistant, title, body=body) for title, body in TITLES.items()}


def titles(found: list[Article]) -> list[str]:
    return [article.published.title for article in found]


@pytest.mark.parametrize(
    ("typed", "best"),
    [
        ("Please book the room for Thursday", "How to book the board room"),
        ("booking a boardroom", "How to book the board room"),
        ("need a signatre", "How to get a signature"),
        ("SIGNATURES on the lease", "How to get a signature"),
        ("visit", "How to order a visitor's pass"),
        ("my receipts and expenses from Lisbon", "How to hand in travel expenses"),
    ],
)
def test_suggested_for_what_is_typed_is_the_article_that_comes_closest(requester, articles, typed, best):
    assert titles(suggested_for(requester, typed))[:1] == [best]


@pytest.mark.parametrize("typed", ["", "ab", "how", "Call the port authority", "'):* | ! & \\ <->", "\x00", "的的的的"])
def test_suggested_for_what_no_article_is_about_is_nothing(requester, articles, typed):
    assert suggested_for(requester, typed) == []


def test_suggested_for_never_offers_more_than_three(office, assistant, requester):
    for number in range(5):
        makers.make_article(office, assistant, f"How to park, part {number}")
    for number in range(6):
        makers.make_article(office, assistant, f"Other {number}")

    assert len(suggested_for(requester, "park")) == 3


def test_suggested_for_reads_what_is_published_and_meant_for_the_person(office, assistant, requester, articles):
    makers.make_article(office, assistant, "How we answer journalists", audience=Article.Audience.OFFICE)
    makers.make_article(office, assistant, "How to reach journalists", publishes=False)
    gone = makers.make_article(office, assistant, "Journalists by name")
    withdraw_article(article_id=gone.pk, by=assistant)
    change_article(article_id=articles["How to park"].pk, by=assistant, body="Beside the journalists.")

    assert suggested_for(requester, "journalists") == []
    assert titles(suggested_for(assistant, "journalists")) == ["How we answer journalists"]
    assert suggested_to_show("journalists") == []


def test_telling_words_are_the_longest_and_each_once():
    assert telling_words("To the Room, the ROOM: an extraordinary_meeting of five people") == [
        "extraordinary",
        "meeting",
        "people",
        "room",
        "five",
    ]


def test_article_offer_under_the_field_is_a_part_and_without_script_a_page(sign_in, requester, articles):
    client = sign_in(requester)

    part = client.get(OFFER, {"title": "book a room"}, headers={"HX-Request": "true"})
    whole = client.get(OFFER, {"title": "book a room"})

    assert "<html" not in part.content.decode()
    assert "<html" in whole.content.decode()
    for response in (part, whole):
        assert "How to book the board room" in response.content.decode()
        assert "HX-Request" in response["Vary"]


def test_article_offer_without_a_match_leads_to_the_office(sign_in, requester, articles):
    client = sign_in(requester)

    part = client.get(OFFER, {"title": "port authority"}, headers={"HX-Request": "true"})
    whole = client.get(OFFER, {"title": "port authority"})

    assert part.content.decode().strip() == ""
    assert "None comes close" in unescape(whole.content.decode())


def test_article_offer_for_nothing_typed_is_the_way_to_look_for_one(sign_in, requester, articles):
    part = sign_in(requester).get(OFFER, {"title": " "}, headers={"HX-Request": "true"})

    assert "Look whether there is an article" in part.content.decode()


def test_article_offer_reads_in_a_fixed_number_of_queries(sign_in, requester, articles, django_assert_num_queries):
    client = sign_in(requester)
    client.get(OFFER, {"title": "book a room"}, headers={"HX-Request": "true"})

    with django_assert_num_queries(5):
        client.get(OFFER, {"title": "book a room or get a signature"}, headers={"HX-Request": "true"})


def test_article_offer_counts_an_article_once_a_day_for_a_person(sign_in, requester, articles):
    client = sign_in(requester)

    for typed in ("book a room", "book a room now", "book a room today"):
        client.get(OFFER, {"title": typed})
    client.head(OFFER, {"title": "park"})

    assert list(ArticleUse.objects.values_list("article__published__title", "kind")) == [
        ("How to book the board room", "offered")
    ]


def test_article_that_is_read_counts_as_opened_and_one_that_is_only_asked_about_does_not(sign_in, requester, articles):
    client = sign_in(requester)
    article = articles["How to park"]

    client.head(article.get_absolute_url())
    client.get(article.get_absolute_url())
    client.get(article.get_absolute_url())

    assert list(ArticleUse.objects.values_list("kind", "person")) == [("opened", requester.pk)]


def test_article_solved_is_counted_once_and_says_that_nothing_was_sent(sign_in, requester, articles):
    client = sign_in(requester)
    address = reverse("requests:article-solved", args=[articles["How to park"].pk])

    client.post(address)
    response = client.post(address, follow=True)

    assert "Nothing was sent to the office" in response.content.decode()
    assert list(ArticleUse.objects.values_list("kind", "person")) == [("solved", requester.pk)]


def test_article_solved_that_one_may_not_read_is_not_there(sign_in, office, assistant, requester):
    draft = makers.make_article(office, assistant, publishes=False)

    response = sign_in(requester).post(reverse("requests:article-solved", args=[draft.pk]))

    assert response.status_code == 404


def test_uses_count_again_the_next_day_and_never_for_who_writes_the_articles(assistant, requester, articles):
    article, now = articles["How to park"], timezone.now()

    for person in (requester, assistant):
        count_offered(articles=[article], by=person, now=now)
        count_opened(article=article, by=person, now=now)
        count_solved(article=article, by=person, now=now - timedelta(days=1))
        count_solved(article=article, by=person, now=now)

    counted = sorted(ArticleUse.objects.values_list("person__name", "kind"))
    assert counted == [("Helena Lindqvist", kind) for kind in ("offered", "opened", "solved", "solved")]


def test_forget_article_uses_removes_what_is_too_old_to_be_counted(requester, articles):
    article, now = articles["How to park"], timezone.now()
    for days in (91, 89):
        count_opened(article=article, by=requester, now=now - timedelta(days=days))

    tasks.forget_article_uses()
    tasks.forget_article_uses()

    assert [(now - use.at).days for use in ArticleUse.objects.all()] == [89]


def test_uses_hold_nothing_of_what_was_typed():
    assert {field.name for field in ArticleUse._meta.get_fields()} == {"id", "article", "person", "kind", "day", "at"}
