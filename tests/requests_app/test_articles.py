"""Articles: what may be written, who sees it when, and what the database refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from requests_app.actions.articles import (
    REVIEWED_FOR,
    add_article,
    change_article,
    confirm_article,
    publish_article,
    withdraw_article,
)
from requests_app.models import Article, ArticleVersion
from servicedesk.exceptions import ChangedMeanwhile, InvalidInput, TransitionNotAllowed
from tests import makers
from tests.people.merging import make_pair, merge

pytestmark = pytest.mark.django_db
State, Audience = Article.State, Article.Audience


@pytest.fixture
def article(office, assistant) -> Article:
    return makers.make_article(office, assistant, "How to book a room", body="Ask at the desk.")


def today():
    return timezone.localdate()


def test_add_article_begins_a_draft_that_its_writer_owns(office, assistant):
    article = add_article(office=office, by=assistant, title=" How to\npark ", body="In the yard.")

    article.refresh_from_db()
    assert (article.state, article.owner, article.published) == (State.DRAFT, assistant, None)
    assert (article.newest.number, article.newest.title) == (1, "How to park")
    assert article.review_on == today() + REVIEWED_FOR


@pytest.mark.parametrize(
    ("facts", "field", "words"),
    [
        ({"title": " \n "}, "title", "in one line"),
        ({"title": "x" * 201}, "title", "1 character too many"),
        ({"title": "a\x00b"}, "title", "cannot be stored"),
        ({"title": "HOW TO BOOK A ROOM"}, "title", "that title already"),
        ({"body": "\u202e"}, "body", "Write something first"),
        ({"body": "x" * 10_001}, "body", "1 character too many"),
        ({"review_on": "today"}, "review_on", "not ahead"),
        ({"review_on": "far"}, "review_on", "more than three years"),
    ],
)
def test_add_article_with_bad_input_says_what_to_do_at_the_field(office, assistant, article, facts, field, words):
    days = {"today": today(), "far": today() + timedelta(days=1099)}
    facts = {name: days.get(value, value) for name, value in facts.items()}

    with pytest.raises(InvalidInput, match=words) as refusal:
        add_article(office=office, by=assistant, **{"title": "Other", "body": "Text"} | facts)

    assert refusal.value.field == field
    assert Article.objects.count() == 1


def test_add_article_with_the_title_of_another_office_or_of_a_withdrawn_one_is_fine(office, assistant, article):
    makers.make_article(makers.make_office(), assistant, "How to book a room")
    withdraw_article(article_id=article.pk, by=assistant)

    again = makers.make_article(office, assistant, "How to book a room")

    assert again.is_published


def test_change_article_writes_a_version_that_readers_do_not_see_yet(article, assistant):
    change_article(article_id=article.pk, by=assistant, body="Write to the desk.")

    article.refresh_from_db()
    assert (article.published.body, article.newest.body) == ("Ask at the desk.", "Write to the desk.")
    assert (article.newest.number, article.newest.title, article.revision) == (2, "How to book a room", 3)


def test_change_article_of_facts_alone_writes_no_version(article, assistant, requester):
    change_article(article_id=article.pk, by=assistant, owner=requester, audience=Audience.OFFICE)

    article.refresh_from_db()
    assert (article.owner, article.audience, article.versions.count()) == (requester, Audience.OFFICE, 1)


def test_change_article_of_nothing_is_no_change(article, assistant):
    change_article(article_id=article.pk, by=assistant, title="How to book a room", review_on=article.review_on)

    before = article.revision
    article.refresh_from_db()
    assert article.revision == before


def test_change_article_to_anothers_title_is_refused(office, article, assistant):
    makers.make_article(office, assistant, "How to park")

    with pytest.raises(InvalidInput, match="that title already"):
        change_article(article_id=article.pk, by=assistant, title="how to park")


@pytest.mark.parametrize(("seen", "words"), [(1, "Dana Okafor changed this"), (0, "does not say what it showed")])
def test_change_article_that_was_changed_meanwhile_says_by_whom(article, assistant, seen, words):
    with pytest.raises(ChangedMeanwhile, match=words):
        change_article(article_id=article.pk, by=assistant, seen_version=seen, body="Other")

    assert article.versions.count() == 1


def test_publish_article_shows_the_newest_version(article, assistant):
    change_article(article_id=article.pk, by=assistant, body="Write to the desk.")

    publish_article(article_id=article.pk, by=assistant)

    article.refresh_from_db()
    assert article.published.body == "Write to the desk."
    assert not article.has_unpublished_text


def test_publish_article_twice_changes_nothing(article, assistant):
    publish_article(article_id=article.pk, by=assistant)

    before = (article.revision, article.published_at)
    article.refresh_from_db()
    assert (article.revision, article.published_at) == before


def test_publish_article_past_its_review_asks_for_a_later_day(office, assistant):
    long_ago = timezone.now() - timedelta(days=400)
    draft = makers.make_article(office, assistant, publishes=False, now=long_ago)

    with pytest.raises(InvalidInput, match="Give a later day") as refusal:
        publish_article(article_id=draft.pk, by=assistant)

    assert refusal.value.field == "review_on"


def test_publish_article_whose_title_is_taken_since_it_was_withdrawn_is_refused(office, article, assistant):
    withdraw_article(article_id=article.pk, by=assistant)
    makers.make_article(office, assistant, "How to book a room")

    with pytest.raises(InvalidInput, match="that title already"):
        publish_article(article_id=article.pk, by=assistant)


def test_withdraw_article_takes_it_from_readers_until_it_is_published_again(article, assistant, requester):
    withdraw_article(article_id=article.pk, by=assistant)
    withdraw_article(article_id=article.pk, by=assistant)
    readable = Article.objects.visible_to(requester).exists()
    publish_article(article_id=article.pk, by=assistant)

    assert not readable
    assert Article.objects.visible_to(requester).get() == article


def test_withdraw_article_that_is_a_draft_is_refused(office, assistant):
    draft = makers.make_article(office, assistant, publishes=False)

    with pytest.raises(TransitionNotAllowed, match="nothing to withdraw"):
        withdraw_article(article_id=draft.pk, by=assistant)


def test_confirm_article_puts_its_review_off(office, assistant):
    old = makers.make_article(office, assistant, now=timezone.now() - timedelta(days=400))
    listed = list(Article.objects.to_review(today()))

    confirm_article(article_id=old.pk, by=assistant)

    old.refresh_from_db()
    assert listed == [old]
    assert old.review_on == today() + REVIEWED_FOR
    assert not Article.objects.to_review(today()).exists()


@pytest.mark.parametrize(
    ("audience", "publishes", "seen_by"),
    [
        (Audience.EVERYBODY, True, {"assistant", "manager", "requester", "other", "executive"}),
        (Audience.OFFICE, True, {"assistant", "manager"}),
        (Audience.EVERYBODY, False, {"assistant", "manager"}),
    ],
)
def test_visible_to_shows_each_what_is_meant_for_them(office, assistant, requester, audience, publishes, seen_by):
    makers.make_article(office, assistant, audience=audience, publishes=publishes)
    people = {
        "assistant": assistant,
        "manager": makers.make_manager(office),
        "requester": requester,
        "other": makers.make_assistant(makers.make_office()),
        "executive": makers.make_executive(office),
    }

    seeing = {name for name, person in people.items() if Article.objects.visible_to(person).exists()}
    reading = {name for name, person in people.items() if Article.objects.readable_by(person).exists()}

    assert seeing == seen_by
    assert reading == (seen_by if publishes else set())


def test_visible_to_shows_nothing_of_an_office_out_of_use(office, article, requester):
    office.is_active = False
    office.save()

    assert not Article.objects.visible_to(requester).exists()


@pytest.mark.parametrize("change", [{"body": "Other"}, None])
def test_version_is_never_changed_or_deleted(article, change):
    versions = ArticleVersion.objects.filter(article=article)

    with pytest.raises(IntegrityError, match="history"), transaction.atomic():
        versions.update(**change) if change else versions._raw_delete("default")


@pytest.mark.parametrize("wrong", [{"state": State.DRAFT}, {"published_at": None}, {"published": None}])
def test_article_that_contradicts_itself_is_refused_by_the_database(article, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(**wrong)


def test_merge_people_hands_over_what_they_answer_for_and_leaves_what_they_wrote(office, assistant):
    kept, merged = make_pair()
    article = makers.make_article(office, assistant, owner=merged)
    change_article(article_id=article.pk, by=merged, body="Theirs")

    merge(kept, merged)

    article.refresh_from_db()
    assert (article.owner, article.newest.by) == (kept, merged)
