"""Writing, publishing and withdrawing an office's articles. Nothing else writes one."""

from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.actions.change import UNKNOWN_VERSION
from requests_app.actions.checking import LONGEST_TITLE, checked_text
from requests_app.models import Article, ArticleVersion
from servicedesk.exceptions import ChangedMeanwhile, InvalidInput, TransitionNotAllowed
from servicedesk.frame import times
from servicedesk.people.actions.storing import changed_fields
from servicedesk.people.models import Office, User

State = Article.State
# An article is looked at twice a year unless somebody says otherwise, and none is trusted for longer than this.
REVIEWED_FOR = timedelta(days=182)
LONGEST_TRUST = timedelta(days=3 * 366)


@transaction.atomic
def add_article(
    *,
    office: Office,
    by: User,
    title: str,
    body: str,
    audience: str = Article.Audience.EVERYBODY,
    owner: User | None = None,
    review_on: date | None = None,
    publishes: bool = False,
    now: datetime | None = None,
) -> Article:
    """Begin an article as a draft, which its office alone sees until it is published, at once or later."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    _hold(office.pk)
    title, body = _checked(title, body)
    _refuse_known_title(office.pk, title)
    article = Article(office=office, owner=owner or by, audience=audience, changed_at=now, changed_by=by)
    article.review_on = _checked_day(review_on or today + REVIEWED_FOR, today)
    article.save()
    _write_version(article, title, body, by=by, now=now)
    article.save(update_fields=["newest"])
    return _publish(article, by=by, now=now) if publishes else article


@transaction.atomic
def change_article(
    *,
    article_id: int,
    by: User,
    seen_version: int | None = None,
    title: str | None = None,
    body: str | None = None,
    publishes: bool = False,
    now: datetime | None = None,
    **facts: Any,
) -> Article:
    """Write on, or change audience, owner or review_on. Readers go on seeing what was published until it is again.

    Raises ChangedMeanwhile when `seen_version`, the revision that the form showed, is not the present one.
    """
    article, now = _held(article_id), now or timezone.now()
    _require_seen(article, seen_version)
    newest = _newest_of(article)
    title, body = _checked(newest.title if title is None else title, newest.body if body is None else body)
    if "review_on" in facts and facts["review_on"] != article.review_on:
        _checked_day(facts["review_on"], timezone.localdate(now))
    changed = changed_fields(article, facts)
    if (title, body) != (newest.title, newest.body):
        _refuse_known_title(article.office_id, title, but=article.pk)
        _write_version(article, title, body, by=by, now=now)
        changed = [*changed, "newest"]
    if changed:
        _store(article, changed, by=by, now=now)
    return _publish(article, by=by, now=now) if publishes else article


@transaction.atomic
def publish_article(
    *, article_id: int, by: User, seen_version: int | None = None, now: datetime | None = None
) -> Article:
    """Show the newest version to those it is meant for; a withdrawn article is back by it."""
    article, now = _held(article_id), now or timezone.now()
    _require_seen(article, seen_version)
    return _publish(article, by=by, now=now)


@transaction.atomic
def withdraw_article(
    *, article_id: int, by: User, seen_version: int | None = None, now: datetime | None = None
) -> Article:
    """Show it to readers no longer; the office keeps it, and withdrawing it twice is no mistake."""
    article, now = _held(article_id), now or timezone.now()
    if article.state == State.WITHDRAWN:
        return article
    _require_seen(article, seen_version)
    if article.state == State.DRAFT:
        raise TransitionNotAllowed(_("No reader sees it yet, so there is nothing to withdraw."))
    article.state = State.WITHDRAWN
    _store(article, ["state"], by=by, now=now)
    return article


@transaction.atomic
def confirm_article(
    *, article_id: int, by: User, seen_version: int | None = None, now: datetime | None = None
) -> Article:
    """Say that somebody read it and it is still right; it is looked at again in half a year."""
    article, now = _held(article_id), now or timezone.now()
    _require_seen(article, seen_version)
    article.review_on = timezone.localdate(now) + REVIEWED_FOR
    _store(article, ["review_on"], by=by, now=now)
    return article


def _publish(article: Article, *, by: User, now: datetime) -> Article:
    if article.is_published and not article.has_unpublished_text:
        return article
    if article.review_on <= timezone.localdate(now):
        raise InvalidInput(
            _("It was to be reviewed by %(day)s. Give a later day, then publish it.")
            % {"day": times.full_day(article.review_on)},
            field="review_on",
        )
    _refuse_known_title(article.office_id, _newest_of(article).title, but=article.pk)
    article.state, article.published, article.published_at = State.PUBLISHED, article.newest, now
    _store(article, ["state", "published", "published_at"], by=by, now=now)
    return article


def _store(article: Article, changed: list[str], *, by: User, now: datetime) -> None:
    article.revision += 1
    article.changed_at, article.changed_by = now, by
    article.save(update_fields=[*changed, "revision", "changed_at", "changed_by"])


def _hold(office_id: int) -> None:
    """Have whoever writes articles of the office wait their turn, so that no two take the same title."""
    Office.objects.select_for_update(no_key=True).get(pk=office_id)


def _held(article_id: int) -> Article:
    _hold(Article.objects.values_list("office_id", flat=True).get(pk=article_id))
    return Article.objects.select_related("newest__by", "owner", "changed_by").get(pk=article_id)


def _newest_of(article: Article) -> ArticleVersion:
    return cast(ArticleVersion, article.newest)  # stored together with the article


def _write_version(article: Article, title: str, body: str, *, by: User, now: datetime) -> None:
    number = article.newest.number + 1 if article.newest else 1
    article.newest = article.versions.create(number=number, title=title, body=body, by=by, at=now)


def _require_seen(article: Article, seen_version: int | None) -> None:
    if seen_version is None or seen_version == article.revision:
        return
    if seen_version == UNKNOWN_VERSION:
        raise ChangedMeanwhile(
            _("This form does not say what it showed. What you typed is still here: read the article again, then save.")
        )
    raise ChangedMeanwhile(
        _(
            "%(who)s changed this article after you opened it (%(when)s). "
            "What you typed is still here: read theirs, then save yours if it is to stand."
        )
        % {"who": article.changed_by, "when": times.in_words(article.changed_at, timezone.now())}
    )


def _checked(title: str, body: str) -> tuple[str, str]:
    title = " ".join(title.split())
    if not title:
        raise InvalidInput(_("Say in one line what the article shows how to do."), field="title")
    return checked_text(title, field="title", longest=LONGEST_TITLE), checked_text(body, field="body")


def _checked_day(review_on: date, today: date) -> date:
    if review_on <= today:
        raise InvalidInput(_("That day is not ahead. Choose a later one."), field="review_on")
    if review_on > today + LONGEST_TRUST:
        raise InvalidInput(
            _("That is more than three years ahead. Choose a day until %(latest)s.")
            % {"latest": times.full_day(today + LONGEST_TRUST)},
            field="review_on",
        )
    return review_on


def _refuse_known_title(office_id: int, title: str, *, but: int | None = None) -> None:
    """Two articles of one title would be offered side by side; a withdrawn one stands in nobody's way."""
    others = Article.objects.filter(~Q(state=State.WITHDRAWN), office_id=office_id, newest__title__iexact=title)
    if (others.exclude(pk=but) if but else others).exists():
        raise InvalidInput(
            _("The office has an article of that title already. Write on in that one, or choose another title."),
            field="title",
        )
