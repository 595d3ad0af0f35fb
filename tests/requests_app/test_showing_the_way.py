"""Answering with an article, and counting whether it taught."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app import actions
from requests_app.actions.article_uses import count_offered, count_solved
from requests_app.actions.articles import withdraw_article
from requests_app.articles import numbers
from requests_app.articles.numbers import Repeats, repeats, spared_requests, used_articles
from requests_app.letters import context_of
from requests_app.models import Article, Event, Message
from servicedesk.exceptions import ChangedMeanwhile, InvalidInput, TransitionNotAllowed
from servicedesk.notices.models import Notice
from servicedesk.people.models import User
from tests import makers

pytestmark = pytest.mark.django_db
NOW = timezone.now()
NUMBERS = reverse("requests:article-numbers")


@pytest.fixture
def article(office, assistant) -> Article:
    return makers.make_article(office, assistant, "How to call back about a lease")


def page(response) -> str:
    return unescape(response.content.decode())


def show(service_request, article, by: User, **more):
    return actions.show_way(
        service_request_id=service_request.pk, article_id=article.pk, body="Look here.", by=by, **more
    )


def test_show_way_answers_and_keeps_which_article_it_was(service_request, article, assistant, requester):
    show(service_request, article, assistant)

    service_request.refresh_from_db()
    event = Event.objects.get(kind=Event.Kind.SHOWN_WAY)
    assert (event.sealed, event.what) == (False, {"article": article.pk, "title": "How to call back about a lease"})
    assert (event.message.kind, event.message.body) == (Message.Kind.REPLY, "Look here.")
    assert service_request.first_reply_at == event.at
    assert Notice.objects.get(kind="request_replied").recipient == requester


def test_show_way_letter_leads_to_the_article_until_it_is_withdrawn(service_request, article, assistant):
    show(service_request, article, assistant)
    notice = Notice.objects.get(kind="request_replied")

    before = context_of(notice)["article"]
    withdraw_article(article_id=article.pk, by=assistant)

    assert before["title"] == "How to call back about a lease"
    assert before["url"].endswith(article.get_absolute_url())
    assert context_of(notice)["article"] is None


@pytest.mark.parametrize("wrong", [{"audience": Article.Audience.OFFICE}, {"publishes": False}])
def test_show_way_of_what_not_everybody_may_read_is_refused(office, service_request, assistant, wrong):
    hidden = makers.make_article(office, assistant, **wrong)

    with pytest.raises(InvalidInput, match="Choose another one") as refusal:
        show(service_request, hidden, assistant)

    assert refusal.value.field == "article_id"
    assert not Message.objects.exists()


def test_show_way_on_a_closed_request_or_an_old_page_is_refused(service_request, article, assistant):
    with pytest.raises(ChangedMeanwhile):
        show(service_request, article, assistant, seen_version=7)
    actions.resolve(service_request_id=service_request.pk, by=assistant, body="Done")
    with pytest.raises(TransitionNotAllowed):
        show(service_request, article, assistant)


def test_show_way_page_offers_the_closest_first_and_sends_it(sign_in, office, service_request, article, assistant):
    makers.make_article(office, assistant, "How to park")
    makers.make_article(office, assistant, "Ours alone", audience=Article.Audience.OFFICE)
    client, address = sign_in(assistant), reverse("requests:show-way", args=[service_request.reference])

    shown = client.get(address)
    typed = {"article_id": article.pk, "body": "Look here.", "seen_version": service_request.version}
    client.post(address, typed)

    groups = shown.context["form"].fields["article_id"].choices
    assert [[words for _pk, words in rows] for _group, rows in groups[1:]] == [
        ["How to call back about a lease"],
        ["How to park"],
    ]
    assert Event.objects.filter(kind=Event.Kind.SHOWN_WAY).count() == 1


@pytest.mark.parametrize(
    ("typed", "words"), [({"article_id": ""}, "Choose an article."), ({"article_id": "9"}, "Choose another one")]
)
def test_show_way_page_without_an_article_keeps_what_was_typed(
    sign_in, service_request, article, assistant, typed, words
):
    address = reverse("requests:show-way", args=[service_request.reference])

    response = sign_in(assistant).post(address, {"body": "My long text", "seen_version": 1} | typed)

    assert response.status_code == 422
    assert words in page(response)
    assert "My long text" in page(response)


def test_show_way_page_without_any_article_says_where_to_write_one(sign_in, service_request, assistant):
    response = sign_in(assistant).get(reverse("requests:show-way", args=[service_request.reference]))

    assert "Write one under Articles." in page(response)


def test_request_page_leads_its_asker_to_the_article_while_it_is_there(
    sign_in, service_request, article, assistant, requester
):
    show(service_request, article, assistant)
    client, link = sign_in(requester), f'href="{article.get_absolute_url()}"'

    before = page(client.get(service_request.get_absolute_url()))
    withdraw_article(article_id=article.pk, by=assistant)
    after = page(client.get(service_request.get_absolute_url()))

    assert "showed Helena how it is done" in before
    assert link in before
    assert link not in after
    assert "withdrawn since" in after


def ask(office, person: User, days_ago: float, kind: str = "paperwork"):
    return makers.make_request(office, person, kind=kind, now=NOW - timedelta(days=days_ago))


def test_repeats_count_each_person_and_kind_once_and_only_after_ninety_days(office, assistant, article):
    taught, again, other_kind, lately, done_for = (makers.make_person() for _ in range(5))
    for person, days in ((taught, 200), (again, 200), (again, 180), (other_kind, 200), (lately, 10)):
        show(ask(office, person, days), article, assistant, now=NOW - timedelta(days=days - 1))
    ask(office, taught, 95)
    ask(office, other_kind, 190, kind="meeting")
    ask(office, lately, 1)
    for days in (150, 100):
        done = ask(office, done_for, days)
        actions.resolve(service_request_id=done.pk, by=assistant, body="Done", now=NOW - timedelta(days=days - 1))
    show(ask(makers.make_office(), done_for, 200), article, assistant, now=NOW - timedelta(days=190))
    their_first = taught.service_requests.earliest("received_at")
    actions.resolve(service_request_id=their_first.pk, by=assistant, body="Done", now=NOW - timedelta(days=198))

    shown, others = repeats(office, NOW)

    assert shown == Repeats(people=3, again=1, unripe=1)
    assert others == Repeats(people=1, again=1, unripe=0)


def test_repeats_of_nobody_have_no_share():
    assert (Repeats().percent, Repeats().interval) == (None, None)


def test_repeats_have_the_interval_of_wilson():
    low, high = Repeats(people=10, again=2).interval

    assert (round(low, 1), round(high, 1)) == (5.7, 51.0)


def test_spared_requests_are_those_offered_and_then_not_asked_for(office, assistant, article):
    spared, asked, reading = (makers.make_person() for _ in range(3))
    at = NOW - timedelta(days=3)
    for person in (spared, asked):
        count_offered(articles=[article], by=person, now=at)
    for person in (spared, asked, reading):
        count_solved(article=article, by=person, now=at)
    count_solved(article=makers.make_article(office, assistant), by=spared, now=at)
    ask(office, asked, 2.5)

    found = spared_requests(office, NOW)

    assert (found.said, found.requests_spared, found.asked_all_the_same) == (3, 1, 1)


def test_used_articles_are_counted_for_ninety_days(office, assistant, article, requester):
    count_offered(articles=[article], by=requester, now=NOW - timedelta(days=91))
    count_offered(articles=[article, makers.make_article(office, assistant)], by=requester, now=NOW)
    count_solved(article=article, by=requester, now=NOW)
    makers.make_article(office, assistant, "Never met")

    found = [(row.offered, row.opened, row.solved) for row in used_articles(office, NOW)]

    assert found == [(1, 0, 1), (1, 0, 0)]


def test_article_numbers_say_what_they_cannot_show(sign_in, office, service_request, article, assistant, requester):
    long_ago = NOW - timedelta(days=numbers.AGAIN_DAYS + 1)
    person = makers.make_person()
    show(ask(office, person, numbers.AGAIN_DAYS + 2), article, assistant, now=long_ago)
    count_solved(article=article, by=requester)

    said = page(sign_in(assistant).get(NUMBERS))

    assert "(0 of 1)" in said
    assert "any share from 0 to 79 %" in said
    assert "What this cannot show" in said
    assert "Helena" not in said


def test_article_numbers_of_an_office_without_any_are_a_sentence(sign_in, assistant):
    said = page(sign_in(assistant).get(NUMBERS))

    assert "so there is nothing to count" in said
    assert "Nobody met one lately." in said


def test_article_numbers_read_in_a_fixed_number_of_queries(sign_in, office, assistant, django_assert_num_queries):
    for _ in range(4):
        count_solved(article=makers.make_article(office, assistant), by=makers.make_person())
    client = sign_in(assistant)
    client.get(NUMBERS)

    with django_assert_num_queries(9):
        client.get(NUMBERS)
