"""Keeping count of what became of offering articles: who, which and when, never what they typed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from requests_app.models import Article, ArticleUse
from requests_app.models.article import is_kept_by
from servicedesk.people.models import User

Kind = ArticleUse.Kind
KEPT_FOR = timedelta(days=90)


def count_offered(*, articles: Iterable[Article], by: User, now: datetime | None = None) -> None:
    """Each article once a day for a person, however long they type."""
    _count(articles, Kind.OFFERED, by, now)


def count_opened(*, article: Article, by: User, now: datetime | None = None) -> None:
    _count([article], Kind.OPENED, by, now)


def count_solved(*, article: Article, by: User, now: datetime | None = None) -> None:
    """The person says that the article spared them a request; saying it twice on a day says it once."""
    _count([article], Kind.SOLVED, by, now)


def forget_old(*, now: datetime) -> int:
    """Remove what no page counts any more, so that nobody's reading is kept for longer; returns how much that was."""
    removed, _by_model = ArticleUse.objects.filter(at__lt=now - KEPT_FOR).delete()
    return removed


def _count(articles: Iterable[Article], kind: str, by: User, now: datetime | None) -> None:
    now = now or timezone.now()
    day = timezone.localdate(now, by.zone)
    # Who writes an office's articles tries them out: that says nothing about those they are for.
    rows = [
        ArticleUse(article=article, person=by, kind=kind, day=day, at=now)
        for article in articles
        if not is_kept_by(by, article.office_id)
    ]
    if rows:
        ArticleUse.objects.bulk_create(rows, ignore_conflicts=True)
