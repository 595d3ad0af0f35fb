"""The pages of articles: reading them, and keeping those of one's office."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app.actions.articles import change_article, withdraw_article
from requests_app.models import Article
from servicedesk.paging import PAGE_SIZE
from tests import makers

pytestmark = pytest.mark.django_db
LIST, KEPT, NEW = (reverse(f"requests:{name}") for name in ("articles", "articles-kept", "article-new"))
AHEAD = (timezone.localdate() + timedelta(days=90)).isoformat()
TYPED = {"title": "How to park", "body": "In the *yard*.", "audience": "everybody", "owner": "", "review_on": AHEAD}


def address(name: str, article: Article) -> str:
    return reverse(f"requests:article-{name}", args=[article.pk])


def page(response) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def article(office, assistant) -> Article:
    return makers.make_article(office, assistant, "How to book a room", body="# Steps\n\nAsk **Yuki**.<script>")


def test_article_list_finds_by_words_what_one_may_read(sign_in, office, assistant, requester, article):
    makers.make_article(office, assistant, "How to park")
    makers.make_article(office, assistant, "How to open our room", audience=Article.Audience.OFFICE)

    response = sign_in(requester).get(LIST, {"q": "room"})

    assert [row.pk for row in response.context["page"].rows] == [article.pk]
    assert "What our office writes" not in page(response)


def test_article_list_without_a_match_says_what_to_do(sign_in, requester, article):
    response = sign_in(requester).get(LIST, {"q": "unheard\x00of"})

    assert "No article holds “unheard of”" in page(response)


def test_article_list_goes_on_where_its_first_page_ended(
    sign_in, office, assistant, requester, django_assert_num_queries
):
    for number in range(PAGE_SIZE + 2):
        makers.make_article(office, assistant, f"How {number}")
    client = sign_in(requester)
    client.get(LIST)

    with django_assert_num_queries(4):
        first = client.get(LIST)
    second = client.get(LIST, {"after": first.context["page"].next_after})

    assert [row.published.title for row in second.context["page"].rows] == ["How 1", "How 0"]


def test_article_shows_what_is_published_and_nothing_that_acts(sign_in, assistant, requester, article):
    change_article(article_id=article.pk, by=assistant, body="Not yet")

    response = sign_in(requester).get(article.get_absolute_url())

    assert "<h2>Steps</h2>" in response.content.decode()
    assert "&lt;script&gt;" in response.content.decode()
    assert "Not yet" not in page(response)
    assert "Version 1" not in page(response)


def test_article_asked_for_by_a_version_shows_readers_the_published_one(sign_in, assistant, requester, article):
    change_article(article_id=article.pk, by=assistant, body="Not yet")

    response = sign_in(requester).get(article.get_absolute_url(), {"version": "2"})

    assert "Not yet" not in page(response)


def test_article_shows_its_office_every_version(sign_in, assistant, article):
    change_article(article_id=article.pk, by=assistant, body="Not yet")
    client = sign_in(assistant)

    newest = client.get(article.get_absolute_url(), {"version": "2"})
    none = client.get(article.get_absolute_url(), {"version": "x"})

    assert "Not yet" in page(newest)
    assert none.status_code == 404


def test_article_that_is_withdrawn_is_gone_for_readers_alone(sign_in, assistant, requester, article):
    withdraw_article(article_id=article.pk, by=assistant)

    assert sign_in(requester).get(article.get_absolute_url()).status_code == 404
    assert sign_in(assistant).get(article.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("tab", "titles"),
    [
        ("all", ["Gone", "Old", "Newer text", "Draft"]),
        ("drafts", ["Newer text", "Draft"]),
        ("review", ["Old"]),
        ("withdrawn", ["Gone"]),
        ("unheard", ["Gone", "Old", "Newer text", "Draft"]),
    ],
)
def test_articles_kept_shows_each_under_its_tab(sign_in, office, assistant, tab, titles):
    long_ago = timezone.now() - timedelta(days=400)
    makers.make_article(office, assistant, "Draft", publishes=False)
    written_on = makers.make_article(office, assistant, "Newer text")
    change_article(article_id=written_on.pk, by=assistant, body="More")
    old = makers.make_article(office, assistant, "Old", now=long_ago)
    change_article(article_id=old.pk, by=assistant, audience=Article.Audience.OFFICE)
    gone = makers.make_article(office, assistant, "Gone", now=long_ago)
    withdraw_article(article_id=gone.pk, by=assistant)

    response = sign_in(assistant).get(KEPT, {"show": tab})

    assert [row.newest.title for row in response.context["page"].rows] == titles


def test_articles_kept_reads_in_a_fixed_number_of_queries(sign_in, office, assistant, django_assert_num_queries):
    for _ in range(5):
        makers.make_article(office, assistant)
    client = sign_in(assistant)
    client.get(KEPT)

    with django_assert_num_queries(5):
        client.get(KEPT)


def test_article_new_keeps_a_draft_or_publishes_at_once(sign_in, assistant):
    client = sign_in(assistant)

    client.post(NEW, TYPED)
    client.post(NEW, TYPED | {"title": "How to leave", "then": "publish"})

    kept = Article.objects.order_by("pk").values_list("newest__title", "state", "owner__name")
    assert list(kept) == [("How to park", "draft", "Dana Okafor"), ("How to leave", "published", "Dana Okafor")]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"title": ""}, "Say in one line what the article shows"),
        ({"body": " "}, "Write how it is done."),
        ({"audience": "mars"}, "Choose one of those shown."),
        ({"owner": "Nobody Known"}, "We know nobody of that name"),
        ({"review_on": "soon"}, "Give a day, such as"),
        ({"review_on": "2020-01-01"}, "That day is not ahead."),
    ],
)
def test_article_new_with_bad_input_keeps_what_was_typed(sign_in, assistant, typed, words):
    response = sign_in(assistant).post(NEW, TYPED | {"title": "My long title"} | typed)

    assert response.status_code == 422
    assert words in page(response)
    assert typed.get("title", "My long title") in page(response)
    assert not Article.objects.exists()


def test_article_new_previews_without_saving(sign_in, assistant):
    response = sign_in(assistant).post(NEW, TYPED | {"then": "preview"})

    assert "In the <em>yard</em>." in response.content.decode()
    assert not Article.objects.exists()


def test_article_edit_that_cannot_be_published_saves_nothing(sign_in, office, assistant):
    old = makers.make_article(office, assistant, publishes=False, now=timezone.now() - timedelta(days=400))
    typed = TYPED | {"review_on": old.review_on.isoformat(), "seen_version": "1", "then": "publish"}

    response = sign_in(assistant).post(address("edit", old), typed)

    assert "Give a later day, then publish it." in page(response)
    assert old.versions.count() == 1


def test_article_edit_after_somebody_elses_change_asks_and_then_takes_it(sign_in, assistant, article):
    change_article(article_id=article.pk, by=assistant, body="Theirs")
    client = sign_in(assistant)

    first = client.post(address("edit", article), TYPED | {"seen_version": str(article.revision)})
    again = client.post(
        address("edit", article), TYPED | {"seen_version": first.context["form"]["seen_version"].value()}
    )

    article.refresh_from_db()
    assert first.status_code == 409
    assert "In the *yard*." in page(first)
    assert again.status_code == 302
    assert article.newest.body == "In the *yard*."


def test_article_edit_keeps_an_owner_who_has_left(sign_in, assistant, requester, article):
    change_article(article_id=article.pk, by=assistant, owner=requester)
    requester.is_active = False
    requester.save()
    article.refresh_from_db()

    sign_in(assistant).post(
        address("edit", article), TYPED | {"owner": requester.email, "seen_version": str(article.revision)}
    )

    article.refresh_from_db()
    assert (article.owner, article.newest.title) == (requester, "How to park")


@pytest.mark.parametrize(
    ("press", "state", "words"),
    [
        ("publish", "published", "is published"),
        ("withdraw", "withdrawn", "is withdrawn"),
        ("confirm", "published", "half a year"),
    ],
)
def test_article_button_does_what_it_says(sign_in, assistant, article, press, state, words):
    response = sign_in(assistant).post(address(press, article), {"seen_version": article.revision}, follow=True)

    article.refresh_from_db()
    assert article.state == state
    assert words in page(response)


def test_article_button_on_a_page_that_is_old_says_so(sign_in, assistant, article):
    change_article(article_id=article.pk, by=assistant, body="Theirs")

    response = sign_in(assistant).post(address("publish", article), {"seen_version": article.revision}, follow=True)

    assert "changed this article after you opened it" in page(response)


def test_article_of_another_office_is_not_there_to_be_written(sign_in, article):
    stranger = makers.make_assistant(makers.make_office())

    assert sign_in(stranger).get(address("edit", article)).status_code == 404
